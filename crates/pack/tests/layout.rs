//! The rules of the printed page, held against what an outside reader finds in the PDF.
#![allow(clippy::unwrap_used)]

mod sample;
#[path = "sample/tools.rs"]
mod tools;

use conclave_pack::tree::*;
use sample::*;
use tools::{dense, pages};

fn words(pack: &Pack) -> Vec<String> {
    let mut texts: Vec<String> = vec![
        pack.title.clone(),
        pack.subtitle.clone(),
        pack.organisation.clone(),
        pack.id.clone(),
        pack.profile.clone(),
    ];
    texts.extend(pack.cover.iter().flat_map(|(label, value)| [label.clone(), value.clone()]));
    texts.extend(pack.statement.clone());
    for chapter in &pack.chapters {
        texts.push(chapter.title.clone());
        for block in &chapter.blocks {
            match block {
                Block::Heading { text, .. }
                | Block::Paragraph(text)
                | Block::Note(text)
                | Block::Callout { text, .. } => texts.push(text.clone()),
                Block::List(items) => texts.extend(items.clone()),
                Block::Fields(fields) => {
                    texts.extend(fields.iter().flat_map(|(label, value)| [label.clone(), value.clone()]))
                }
                Block::Table(table) => {
                    texts.push(table.caption.clone());
                    texts.extend(table.columns.iter().map(|column| column.title.clone()));
                    for row in &table.rows {
                        match row {
                            Row::Group(text) => texts.push(text.clone()),
                            Row::Cells(cells) => texts.extend(cells.iter().map(|cell| cell.text.clone())),
                        }
                    }
                }
                Block::Figure(figure) => texts.push(figure.title.clone()),
                Block::PageBreak => {}
            }
        }
    }
    texts.iter().flat_map(|text| text.split_whitespace().map(str::to_owned)).collect()
}

/// Words whose characters are shown otherwise on purpose, or that the reader composes in its own way.
fn shown_otherwise(word: &str) -> bool {
    word.chars().any(|c| {
        c.is_control() || matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202e}' | '\u{fe0f}' | '\u{e000}' | '\u{12000}' | '\u{1f984}' | '\u{2705}' | '\u{1f469}' | '\u{64b}' | '\u{60c}' | '(' | ')')
    }) || word.contains("ffl")
}

#[test]
fn no_word_of_the_tree_is_lost_in_the_pdf() {
    let pack = demo();
    let bytes = made(&pack).bytes;
    // A word broken in a cell is whole in the order of drawing, one that runs from right to left in that of reading.
    let drawn = dense(&pages(&bytes).concat());
    let read = dense(&tools::ask("pdftotext", &["-enc", "UTF-8", "{}", "-"], &bytes).1);
    let found = |word: &str| drawn.contains(&dense(word)) || read.contains(&dense(word));
    let lost: Vec<String> = words(&pack).into_iter().filter(|word| !shown_otherwise(word) && !found(word)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn text_in_every_script_comes_back_in_logical_order() {
    let bytes = made(&pack_of(vec![Block::Table(scripts())])).bytes;
    let (_, text) = tools::ask("pdftotext", &["-enc", "UTF-8", "{}", "-"], &bytes);
    let dense = dense(&text);
    for words in [
        "שלום עולם",
        "نظام فرز طلبات التوظيف",
        "الإصدار",
        "招聘筛选系统",
        "スクリーニング",
        "채용 심사 시스템",
        "भर्ती जाँच प्रणाली",
        "ระบบคัดกรอง",
        "e\u{301}tude",
        "😀",
        "⟨U+202E⟩",
        "⟨U+12000⟩",
    ] {
        assert!(dense.contains(&tools::dense(words)), "{words} is not in\n{text}");
    }
}

#[test]
fn the_head_of_a_table_is_repeated_on_each_of_its_pages() {
    let pages = pages(&made(&long(120)).bytes);
    assert!(pages.len() > 8);
    for page in &pages[2..] {
        assert!(page.contains("Requirement and answer") && page.contains("Maturity"), "{page}");
    }
}

#[test]
fn a_group_row_stays_with_the_row_after_it() {
    let rows = (0..200)
        .flat_map(|i| {
            [
                Row::Group(format!("Group{i}.")),
                Row::Cells(vec![format!("Row{i}.").into(), "line\n".repeat(i % 5 + 1).into()]),
            ]
        })
        .collect();
    let table = Table { caption: String::new(), columns: vec![column("A", 1.0, false), column("B", 1.0, false)], rows };
    let pages = pages(&made(&pack_of(vec![Block::Table(table)])).bytes);
    for i in 0..200 {
        let page = pages.iter().find(|page| page.contains(&format!("Group{i}."))).unwrap();
        assert!(page.contains(&format!("Row{i}.")), "group {i} stands alone");
    }
}

#[test]
fn a_heading_never_stands_alone_at_the_end_of_a_page() {
    let mut blocks = Vec::new();
    for i in 0..150 {
        let level = 2 + (i % 2) as u8;
        blocks.push(Block::Heading { level, text: format!("Heading{i}.") });
        blocks.push(match i % 3 {
            0 => Block::Paragraph(format!("Begin{i}. {}", "words and words ".repeat(i % 40 + 1))),
            1 => Block::Table(Table {
                caption: "c".into(),
                columns: vec![column("A", 1.0, false)],
                rows: vec![Row::Group("g".into()), Row::Cells(vec![format!("Begin{i}.").into()])],
            }),
            _ => Block::Fields(vec![(format!("Begin{i}."), "value\n".repeat(i % 7 + 1))]),
        });
    }
    let pages = pages(&made(&pack_of(blocks)).bytes);
    for i in 0..150 {
        let heading = format!("Heading{i}.");
        // Level 2 is in the contents as well; the last page that has it is the one where it stands.
        let page = pages.iter().rfind(|page| page.contains(&heading)).unwrap();
        assert!(page.contains(&format!("Begin{i}.")), "{heading} stands alone");
    }
}

#[test]
fn a_row_breaks_only_when_it_is_taller_than_two_thirds_of_a_page() {
    let cell = |i: usize, lines: usize| (0..lines).map(|line| format!("r{i}l{line}.")).collect::<Vec<_>>().join("\n");
    let rows =
        (0..12).map(|i| Row::Cells(vec![cell(i, 35).into()])).chain([Row::Cells(vec![cell(99, 150).into()])]).collect();
    let table = Table { caption: "c".into(), columns: vec![column("A", 1.0, false)], rows };
    let pages = pages(&made(&pack_of(vec![Block::Table(table)])).bytes);
    let page_of = |text: String| pages.iter().position(|page| page.contains(&text)).unwrap();
    for i in 0..12 {
        assert_eq!(page_of(format!("r{i}l0.")), page_of(format!("r{i}l34.")), "row {i} is torn");
    }
    assert!(page_of("r99l149.".into()) > page_of("r99l0.".into()));
}

#[test]
fn contents_and_feet_state_the_right_pages() {
    let pages = pages(&made(&demo()).bytes);
    let contents = pages.iter().find(|page| page.contains("Contents")).unwrap();
    let place = pages.iter().rposition(|page| page.contains("Fairness review")).unwrap() + 1;
    let line = contents.lines().find(|line| line.contains("Fairness review")).unwrap();
    let near: Vec<&str> = contents.lines().skip_while(|other| *other != line).take(2).collect();
    assert!(
        near.join(" ").split_whitespace().any(|word| word == place.to_string()),
        "{near:?} does not name page {place}"
    );
    for (index, page) in pages.iter().enumerate().skip(1) {
        assert!(page.contains(&format!("Page {} of {}", index + 1, pages.len())), "{page}");
        assert!(page.contains("7f3a 91c2 5e08 b4d1") && page.contains("Auditor, complete"));
    }
}

#[test]
fn a_field_of_a_megabyte_is_set_in_full_wherever_it_stands() {
    let words = "lorem ipsum ".repeat(43_700);
    let solid = "x".repeat(1 << 19);
    let narrow = Table {
        caption: "c".into(),
        columns: vec![column("A", 0.9, false), column("B", 0.1, false)],
        rows: vec![Row::Cells(vec!["a".into(), "y".repeat(100_000).as_str().into()])],
    };
    let pack =
        pack_of(vec![Block::Paragraph(words), Block::Fields(vec![("Label".into(), solid)]), Block::Table(narrow)]);
    let start = std::time::Instant::now();
    let built = made(&pack);
    assert!(start.elapsed().as_secs() < 120, "took {:?}", start.elapsed());
    let text = dense(&pages(&built.bytes).concat());
    assert!(text.matches("lorem").count() >= 43_700);
    assert!(text.matches('x').count() >= 1 << 19);
    assert!(text.matches('y').count() >= 100_000);
}

#[test]
fn names_without_end_are_set_in_full_in_every_place_of_honour() {
    let name = |c: char| format!("{c}!").repeat(15_000);
    let mut pack = pack_of(vec![
        Block::Heading { level: 2, text: name('d') },
        Block::Heading { level: 3, text: name('e') },
        Block::Callout { mark: Mark::Bad, text: name('f') },
        Block::Table(Table {
            caption: name('g'),
            columns: vec![column(&name('h'), 1.0, false)],
            rows: vec![Row::Group(name('i')), Row::Cells(vec![bold(&name('j'))])],
        }),
        Block::List(vec![name('k')]),
        Block::Note(name('l')),
    ]);
    (pack.organisation, pack.title, pack.subtitle) = (name('a'), name('b'), name('m'));
    pack.chapters[0].title = name('c');
    pack.cover = vec![(name('n'), name('o'))];
    pack.statement = vec![name('p')];
    let bytes = made(&pack).bytes;
    let text = dense(&pages(&bytes).concat());
    let (_, boxes) = tools::ask("pdftotext", &["-bbox", "{}", "-"], &bytes);
    let edge = |line: &str, name: &str| {
        line.split(name).nth(1).and_then(|rest| rest.split('"').nth(1)).map(|value| value.parse::<f64>().unwrap())
    };
    for line in boxes.lines().filter(|line| line.contains("<word")) {
        assert!(
            edge(line, "yMax=").unwrap() < 815.0 && edge(line, "yMin=").unwrap() > 30.0,
            "outside the page: {line}"
        );
        assert!(
            edge(line, "xMax=").unwrap() < 595.0 - 60.0 && edge(line, "xMin=").unwrap() > 60.0,
            "outside the margins: {line}"
        );
    }
    for c in 'a'..='p' {
        assert!(text.matches(&format!("{c}!")).count() >= 15_000, "{c}: {}", text.matches(&format!("{c}!")).count());
    }
}

#[test]
fn an_empty_pack_still_has_a_cover_and_a_contents_page() {
    let built = made(&Pack::default());
    assert_eq!(built.pages, 2);
    let odd = pack_of(vec![
        Block::Table(Table::default()),
        Block::Table(Table { caption: "No rows".into(), columns: vec![column("A", 0.0, false)], rows: vec![] }),
        Block::List(vec![]),
        Block::Fields(vec![]),
        Block::Paragraph(String::new()),
        Block::PageBreak,
        Block::Figure(conclave_domain::figure::Figure::default()),
        Block::Table(Table {
            caption: "Too few cells".into(),
            columns: vec![column("A", f64::NAN, false), column("B", -1.0, true)],
            rows: vec![Row::Cells(vec![])],
        }),
    ]);
    assert!(made(&odd).pages >= 3);
}

#[test]
fn captions_are_numbered_through_the_whole_pack() {
    let text = pages(&made(&demo()).bytes).concat();
    for caption in ["Table 1.", "Table 5.", "Figure 1.", "Figure 2.", "Table 2, continued"] {
        assert!(text.contains(caption), "{caption}");
    }
}
