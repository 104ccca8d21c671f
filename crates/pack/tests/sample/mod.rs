//! A demo pack with every kind of block, and packs for special cases.
#![allow(dead_code, clippy::unwrap_used)]

use chrono::{DateTime, TimeZone, Utc};
use conclave_domain::figure::{Anchor, Figure, Ink, Shape};
use conclave_pack::tree::*;
use conclave_pack::{Built, Signer, build};
use ed25519_dalek::{Signer as _, SigningKey};
use std::ops::ControlFlow;

/// A signing key of the tests.
pub struct Key(pub SigningKey);

impl Key {
    pub fn new() -> Key {
        Key(SigningKey::from_bytes(&[7; 32]))
    }
}

impl Signer for Key {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

pub fn made(pack: &Pack) -> Built {
    build(pack, None, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

pub fn signed(pack: &Pack) -> Built {
    build(pack, Some(&Key::new()), &mut |_, _| ControlFlow::Continue(())).unwrap()
}

pub fn moment() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 14, 5, 0).unwrap()
}

/// A pack with nothing but these blocks in one chapter.
pub fn pack_of(blocks: Vec<Block>) -> Pack {
    Pack {
        id: "7f3a 91c2 5e08 b4d1".into(),
        title: "AI assurance audit pack".into(),
        subtitle: "Hiring screener (AIS-0002), version 3.1".into(),
        organisation: "Meridian Health Trust".into(),
        profile: "Auditor, complete".into(),
        created: moment(),
        chapters: vec![Chapter { title: "The chapter".into(), blocks }],
        ..Pack::default()
    }
}

pub fn column(title: &str, share: f64, number: bool) -> Column {
    Column { title: title.into(), share, number }
}

pub fn cell(text: &str, mark: Mark) -> Cell {
    Cell { text: text.into(), mark: Some(mark), bold: false }
}

pub fn bold(text: &str) -> Cell {
    Cell { text: text.into(), mark: None, bold: true }
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.into() }
}

fn para(text: &str) -> Block {
    Block::Paragraph(text.into())
}

/// Stage coverage as stacked bars.
pub fn coverage() -> Figure {
    let mut shapes = Vec::new();
    let rows = [
        ("1 Secure design", [28, 8, 2, 4]),
        ("2 Secure development", [17, 7, 4, 0]),
        ("3 Secure deployment", [20, 5, 2, 3]),
        ("4 Operation and maintenance", [9, 3, 3, 2]),
    ];
    for (i, (name, counts)) in rows.iter().enumerate() {
        let y = 6.0 + 17.0 * i as f64;
        let text = |x: f64, anchor, ink, text: String| Shape::Text {
            at: (x, y + 7.5),
            size: 8.2,
            bold: false,
            anchor,
            ink,
            text,
        };
        shapes.push(text(0.0, Anchor::Start, Ink::Text, (*name).into()));
        let total: i32 = counts.iter().sum();
        let mut x = 122.0;
        for (part, (ink, hatched)) in
            counts.iter().zip([(Ink::Good, false), (Ink::Warn, true), (Ink::Bad, false), (Ink::Sunken, false)])
        {
            let width = 290.0 * f64::from(*part) / f64::from(total);
            shapes.push(Shape::Rect { x, y, width, height: 9.0, fill: ink, hatched });
            x += width;
        }
        shapes.push(text(470.0, Anchor::End, Ink::Muted, format!("{} of {total}", counts[0])));
    }
    Figure { width: 470.0, height: 76.0, title: "Requirements met, partly met (hatched), not met and not assessed, by lifecycle stage. 113 requirements, 4 not applicable.".into(), description: "Bars".into(), shapes }
}

/// A heat map of five by five.
pub fn heat_map() -> Figure {
    let mut shapes = Vec::new();
    for row in 0..5u8 {
        for col in 0..5u8 {
            let level = ((row + 1) * (col + 1)).div_ceil(5);
            let (x, y) = (90.0 + 52.0 * f64::from(col), 130.0 - 30.0 * f64::from(row));
            shapes.push(Shape::Rect {
                x,
                y,
                width: 50.0,
                height: 28.0,
                fill: Ink::Level(level),
                hatched: level >= 4 && row == 4,
            });
            shapes.push(Shape::Text {
                at: (x + 25.0, y + 17.0),
                size: 9.0,
                bold: true,
                anchor: Anchor::Middle,
                ink: Ink::OnLevel(level),
                text: if (row + col) % 3 == 0 { ((row + 1) * 2).to_string() } else { String::new() },
            });
        }
        shapes.push(Shape::Text {
            at: (84.0, 148.0 - 30.0 * f64::from(row)),
            size: 7.5,
            bold: false,
            anchor: Anchor::End,
            ink: Ink::Muted,
            text: ["rare", "unlikely", "possible", "likely", "almost certain"][row as usize].into(),
        });
        shapes.push(Shape::Text {
            at: (115.0 + 52.0 * f64::from(row), 172.0),
            size: 7.5,
            bold: false,
            anchor: Anchor::Middle,
            ink: Ink::Muted,
            text: ["negligible", "minor", "moderate", "major", "severe"][row as usize].into(),
        });
    }
    shapes.push(Shape::Line { from: (90.0, 162.0), to: (350.0, 162.0), width: 0.6, ink: Ink::Line, dashed: false });
    shapes.push(Shape::Line { from: (380.0, 10.0), to: (380.0, 160.0), width: 0.8, ink: Ink::Accent, dashed: true });
    shapes.push(Shape::Polygon {
        points: vec![(376.0, 80.0), (380.0, 76.0), (384.0, 80.0), (380.0, 84.0)],
        fill: Ink::Accent,
    });
    Figure {
        width: 470.0,
        height: 178.0,
        title: "Residual risks by likelihood and impact; a number is a count of risks.".into(),
        description: "Heat map".into(),
        shapes,
    }
}

/// A checklist table with groups.
pub fn checklist(rows: usize) -> Table {
    let words = [
        "Every external library is checked before use, including how it loads models.",
        "Third-party models and weights are scanned and run in isolation before they are trusted.",
        "A person confirms before sensitive data goes to an external API.",
        "Inputs and training data are checked and sanitised, feedback included.",
    ];
    let notes = [
        "Review record of 12 October lists 23 libraries; unsafe loaders are blocked in the build.",
        "Scans run for the ranking model; the résumé parser is still loaded in the main service. Sandbox planned with release 5. Owner: engineering lead.",
        "Reason: no external model is called; egress is blocked at the network boundary.",
        "Finding FND-0044, major: recruiter feedback enters retraining unchecked.",
    ];
    let results = [
        ("met", Mark::Good),
        ("partly met", Mark::Warn),
        ("not applicable", Mark::None),
        ("not met", Mark::Bad),
        ("not assessed", Mark::Open),
    ];
    let mut out = Vec::new();
    for i in 0..rows {
        if i % 9 == 0 {
            out.push(Row::Group(format!(
                "1.{} Design your system for security as well as functionality and performance",
                i / 9 + 1
            )));
        }
        let (text, mark) = results[i % 5];
        out.push(Row::Cells(vec![
            format!("1.{}.{}", i / 9 + 1, (b'a' + (i % 9) as u8) as char).into(),
            format!("{}\n{}", words[i % 4], notes[i % 4]).into(),
            cell(text, mark),
            format!("{}.0", i % 5).into(),
            format!("EV-{:04}, EV-{:04}", i, i * 7 % 1000).into(),
        ]));
    }
    Table {
        caption: "Answers to the 113 points, with the comment of the assessor.".into(),
        columns: vec![
            column("Id", 0.08, false),
            column("Requirement and answer", 0.5, false),
            column("Result", 0.16, false),
            column("Maturity", 0.1, true),
            column("Evidence", 0.16, false),
        ],
        rows: out,
    }
}

/// Names in many scripts, and what could do harm.
pub fn scripts() -> Table {
    let rows = [
        ("Hebrew", "שלום עולם, זה שם המערכת (גרסה 3.1) של הוועדה"),
        ("Arabic", "نظام فرز طلبات التوظيف، الإصدار 3.1"),
        ("Mixed", "The system נווט (Navigator) runs in 2 regions, اسم also."),
        ("Chinese", "招聘筛选系统，第三版。所有结果均由人工复核。"),
        ("Japanese", "採用スクリーニングシステム（第3版）は人が確認します。"),
        ("Korean", "채용 심사 시스템 제3판"),
        ("Devanagari", "भर्ती जाँच प्रणाली क्षत्रिय"),
        ("Thai", "ระบบคัดกรองการจ้างงาน"),
        ("Combining", "e\u{301}tude, a\u{308}o\u{308}u\u{308}, q\u{303}\u{323}, Z\u{351}\u{36b}algo"),
        ("Emoji", "😀 👍 🏠 ☃ 🦄 👩\u{200d}💻 ✅ ⚠\u{fe0f}"),
        ("Markup", "<b>bold?</b> &amp; {{x}} =1+1 \\textbf{y} %s $(rm) '; DROP TABLE--"),
        ("Control", "tab\there, bell\u{7}, override\u{202e}txt.exe, zero\u{200b}width"),
        (
            "Long",
            "https://example.org/a/very/long/path/without/any/space/at/all/that/goes/on/and/on?query=0123456789abcdef0123456789abcdef0123456789abcdef",
        ),
        ("Hash", "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ("Typography", "“Quotes” – dash — ellipsis… ½ × 10⁻³ ≤ ±0.10 µm № ™ fi ffl"),
        ("Unknown", "Cuneiform \u{12000} and private \u{e000}"),
    ];
    Table {
        caption: "Text in many scripts.".into(),
        columns: vec![column("Script", 0.2, false), column("Text", 0.8, false)],
        rows: rows.iter().map(|(a, b)| Row::Cells(vec![bold(a), (*b).into()])).collect(),
    }
}

/// Everything.
pub fn demo() -> Pack {
    let lorem = "The screener ranks applications for nursing posts by how well they match the post's published criteria. It reads the application form and the curriculum vitae, and gives recruiters an order in which to read. It rejects nobody: a recruiter reads every application and decides.";
    let mut pack = pack_of(vec![]);
    pack.title = "AI assurance\naudit pack".into();
    pack.subtitle = "Hiring screener (AIS-0002), version 3.1\n1 January to 20 November 2026".into();
    pack.cover = [
        ("Pack", "7f3a 91c2 5e08 b4d1"),
        ("State as of", "20 November 2026, 14:05 UTC"),
        ("Journal head", "entry 18 204 · c0de77a193bf2e5dc0de77a193bf2e5dc0de77a193bf2e5dc0de77a193bf2e5d"),
        ("Profile", "Auditor, complete"),
        ("Classification", "Confidential"),
        ("Prepared by", "Compliance office; sign-off sheet on the last page"),
    ]
    .iter()
    .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
    .collect();
    pack.statement = vec!["Mapped to the Guidelines for secure AI system development (2023). This pack records what was assessed and decided; it is no certificate.".into()];
    pack.attachments = vec![
        Attachment {
            name: "head.json".into(),
            description: "The journal head".into(),
            media: "application/json".into(),
            relationship: "Data",
            bytes: br#"{"seq":18204,"hash":"c0de77","vault":"v","genesis":"g"}"#.to_vec(),
        },
        Attachment {
            name: "answers – alle.csv".into(),
            description: "Every answer".into(),
            media: "text/csv".into(),
            relationship: "Source",
            bytes: "id;answer\n1.3.e;met\n".repeat(300).into_bytes(),
        },
    ];
    let summary = vec![
        Block::Callout { mark: Mark::Warn, text: "Approved with conditions until 31 March 2027. Two of five conditions are open; one is overdue since 1 November.".into() },
        para(lorem),
        para("The board met on 3 November 2026 with five of seven voting seats present. One member was recused. The decision was carried by four votes to none."),
        Block::List(vec!["Answers are those in force on the day named on the cover.".into(), "A requirement that does not apply is shown with its reason; it counts in no figure, and the figure says so where it would have mattered to a reader who adds up the columns.".into(), "What was not assessed is shown as such.".into()]),
        heading(2, "What stands out"),
        Block::Callout { mark: Mark::Bad, text: "Finding FND-0044 is open: recruiter feedback enters retraining unchecked.".into() },
        Block::Callout { mark: Mark::Good, text: "Every decision since the last pack had its quorum.".into() },
        Block::Note("Figures count requirements, not evidence. Not applicable requirements are left out of numerator and denominator alike.".into()),
        heading(3, "How to read the marks"),
        Block::Table(Table { caption: "Marks.".into(), columns: vec![column("Mark", 0.3, false), column("Meaning", 0.7, false)], rows: vec![
            Row::Cells(vec![cell("met", Mark::Good), "met, in force, within the screening band".into()]),
            Row::Cells(vec![cell("partly met", Mark::Warn), "partly met, due soon".into()]),
            Row::Cells(vec![cell("not met", Mark::Bad), "not met, overdue, outside the screening band".into()]),
            Row::Cells(vec![cell("open", Mark::Open), "not assessed, not computable".into()]),
            Row::Cells(vec![cell("not applicable", Mark::None), "with a reason".into()]),
            Row::Cells(vec![cell("very low", Mark::Level(1)), "risk level 1".into()]),
            Row::Cells(vec![cell("moderate", Mark::Level(3)), "risk level 3".into()]),
            Row::Cells(vec![cell("very high", Mark::Level(5)), "risk level 5".into()]),
        ] }),
    ];
    let system = vec![
        para(lorem),
        Block::Fields(
            [
                ("Reference", "AIS-0002"),
                ("Owner", "Dr. Ngozi Adeyemi-Brandt, head of workforce planning"),
                ("Business purpose", lorem),
                ("Lifecycle stage", "Operation"),
                ("Regions", "United Kingdom, Ireland"),
                ("Model hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
                (
                    "Intended uses",
                    "Ranking of applications\nNo rejection without a person\nNo use outside nursing posts",
                ),
            ]
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
        ),
        heading(2, "Models and datasets"),
        para(lorem),
        heading(3, "Ranking model"),
        para(lorem),
    ];
    let check = vec![Block::Figure(coverage()), heading(2, "1 Secure design"), Block::Table(checklist(40))];
    let risks = vec![Block::Figure(heat_map()), heading(2, "Register"), Block::Table(Table {
        caption: "Risks above tolerance first.".into(),
        columns: vec![column("Risk", 0.1, false), column("Statement", 0.42, false), column("Inherent", 0.1, false), column("Residual", 0.1, false), column("Owner", 0.16, false), column("Review", 0.12, false)],
        rows: (0..14).map(|i| Row::Cells(vec![format!("RSK-{:04}", i + 1).into(), format!("Because {} is not checked, the ranking may drift, and applicants of one group may be read last.", ["feedback", "drift", "the parser", "the vendor"][i % 4]).into(), cell(["high", "very high"][i % 2], Mark::Level(4 + (i % 2) as u8)), cell(["low", "moderate", "very low"][i % 3], Mark::Level([2, 3, 1][i % 3])), "A. Lindqvist".into(), "31 Jan 2027".into()])).collect() })];
    let fairness = vec![
        para(
            "Plan signed on 3 November 2026, before measurement: favourable outcome “invited”, reference group as stated.",
        ),
        Block::Table(Table {
            caption: "Selection rate by group.".into(),
            columns: vec![
                column("Group", 0.3, false),
                column("n", 0.12, true),
                column("Rate", 0.12, true),
                column("Difference", 0.14, true),
                column("Reading", 0.3, false),
            ],
            rows: [
                ("Men (reference)", "4 812", "0.31", "", None),
                ("Women", "4 377", "0.28", "−0.03", Some(Mark::Good)),
                ("Age 50 and over", "1 120", "0.17", "−0.14", Some(Mark::Bad)),
                ("Disability declared", "21", "", "", Some(Mark::Open)),
            ]
            .iter()
            .map(|(g, n, r, d, m)| {
                Row::Cells(vec![
                    (*g).into(),
                    (*n).into(),
                    (*r).into(),
                    (*d).into(),
                    match m {
                        Some(Mark::Good) => cell("within band", Mark::Good),
                        Some(Mark::Bad) => cell("outside band", Mark::Bad),
                        Some(_) => cell("insufficient data", Mark::Open),
                        None => "".into(),
                    },
                ])
            })
            .collect(),
        }),
    ];
    let texts = vec![
        Block::Table(scripts()),
        heading(2, "عنوان بالعربية"),
        para("زعمت المجموعة أن النظام لا يرفض أحداً؛ يقرأ المسؤول كل طلب ويقرر بنفسه في غضون 14 يوماً من تاريخ التقديم."),
        para(&format!("{lorem}\n\n{lorem}")),
    ];
    let many = (1..=30).flat_map(|i| vec![heading(2, &format!("Entry {i} of the journal")), para(lorem)]).collect();
    pack.chapters = [
        ("What this pack claims, and what not", summary),
        ("Scope and system description", system),
        ("Completed checklist, by stage", check),
        ("Threat model and risk register", risks),
        ("Fairness review", fairness),
        ("Texts of the world", texts),
        ("A chapter with a very long title that certainly needs two lines to be said in full", many),
    ]
    .into_iter()
    .map(|(title, blocks)| Chapter { title: title.into(), blocks })
    .collect();
    pack
}

/// A table pack of about so many pages.
pub fn long(rows: usize) -> Pack {
    pack_of(vec![Block::Table(checklist(rows))])
}
