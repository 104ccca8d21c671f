//! What the document says about itself: the Info dictionary and the XMP packet, which must agree.

use super::draw::utf16;
use crate::layout::shortened;
use crate::tree::Pack;
use chrono::{DateTime, Utc};
use lopdf::{Dictionary, Object, StringFormat};

/// The program's name as producer and creator.
const PROGRAM: &str = concat!("Conclave ", env!("CARGO_PKG_VERSION"));

/// A text string.
pub(crate) fn text(value: &str) -> Object {
    Object::String(utf16(value), StringFormat::Hexadecimal)
}

/// A moment as a PDF writes it.
pub(crate) fn date(moment: DateTime<Utc>) -> Object {
    Object::string_literal(moment.format("D:%Y%m%d%H%M%S+00'00'").to_string())
}

/// The title of the document.
pub(crate) fn title(pack: &Pack) -> String {
    let parts = [shortened(&pack.title), shortened(&pack.subtitle)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}

/// The Info dictionary.
pub(crate) fn info(pack: &Pack) -> Dictionary {
    let mut info = Dictionary::new();
    info.set("Title", text(&title(pack)));
    info.set("Author", text(&pack.organisation));
    info.set("Subject", text(&pack.id));
    info.set("Creator", text(PROGRAM));
    info.set("Producer", text(PROGRAM));
    info.set("CreationDate", date(pack.created));
    info.set("ModDate", date(pack.created));
    info
}

/// The XMP packet.
pub(crate) fn xmp(pack: &Pack, instance: &str) -> Vec<u8> {
    let moment = pack.created.format("%Y-%m-%dT%H:%M:%S+00:00");
    let (title, author, id) = (escape(&title(pack)), escape(&pack.organisation), escape(&pack.id));
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{id}</rdf:li></rdf:Alt></dc:description>
   <dc:language><rdf:Bag><rdf:li>en</rdf:li></rdf:Bag></dc:language>
   <xmp:CreatorTool>{PROGRAM}</xmp:CreatorTool>
   <xmp:CreateDate>{moment}</xmp:CreateDate>
   <xmp:ModifyDate>{moment}</xmp:ModifyDate>
   <xmp:MetadataDate>{moment}</xmp:MetadataDate>
   <pdf:Producer>{PROGRAM}</pdf:Producer>
   <xmpMM:DocumentID>urn:sha256:{instance}</xmpMM:DocumentID>
   <xmpMM:InstanceID>urn:sha256:{instance}</xmpMM:InstanceID>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"#,
        bom = '\u{feff}'
    )
    .into_bytes()
}

/// Text inside an XML element; characters that XML cannot hold give way to the replacement character.
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
