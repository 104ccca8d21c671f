//! The built-in content: parsed from the files under `assets/`, which are compiled in.

use crate::{
    crosswalk::{Crosswalk, Link},
    framework::Framework,
    questionnaire::Questionnaire,
    template::Templates,
    threat::ThreatLibrary,
};
use std::sync::LazyLock;

macro_rules! asset {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/", $path))
    };
}

/// A content file that does not parse is a defect of the build; `tests/content.rs` holds that each one does.
macro_rules! parsed {
    ($name:ident: $type:ty = $path:literal, $doc:literal) => {
        #[doc = $doc]
        #[allow(clippy::expect_used, reason = "the file is compiled in and a test parses it")]
        pub static $name: LazyLock<$type> =
            LazyLock::new(|| toml::from_str(asset!($path)).expect(concat!($path, " parses")));
    };
}

parsed!(NCSC_CISA: Framework = "frameworks/ncsc-cisa-2023.toml", "The CISA/NCSC guidelines as a framework.");
parsed!(ETHICS: Questionnaire = "questionnaires/ethics-2026.toml", "The ethics and impact questionnaire.");
parsed!(THREATS: ThreatLibrary = "threats/threats-2026.toml", "The threat library.");
parsed!(TEMPLATES: Templates = "templates/system-kinds-2026.toml", "What applies to which kind of system.");

/// The other frameworks, by their id; each is parsed when it is first asked for.
macro_rules! frameworks {
    ($($id:literal),* $(,)?) => {
        static OTHERS: [(&str, LazyLock<Framework>); [$($id),*].len()] = [
            $(($id, LazyLock::new(|| read($id, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/frameworks/", $id, ".toml")))))),*
        ];
    };
}

/// The crosswalks.
macro_rules! crosswalks {
    ($($id:literal),* $(,)?) => {
        /// The crosswalks.
        pub static CROSSWALKS: LazyLock<Vec<Crosswalk>> = LazyLock::new(|| {
            vec![$(read($id, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/crosswalks/", $id, ".toml")))),*]
        });
    };
}

#[allow(clippy::panic, reason = "the file is compiled in and a test parses it")]
fn read<T: serde::de::DeserializeOwned>(id: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|e| panic!("{id} does not parse: {e}"))
}

frameworks!(
    "conclave-tracks-2026",
    "founding-practices-2026",
    "nist-ai-rmf-1.0",
    "iso-42001-2023-annex-a",
    "eu-ai-act-2024-1689",
    "etsi-en-304-223",
    "owasp-ml-2023",
    "owasp-llm-2025",
    "owasp-llm-2026",
    "owasp-asi-2026",
    "mitre-atlas-5.6.1",
    "gdpr-2016-679",
    "hipaa-45-cfr-164",
    "deploying-ai-2024",
    "ai-data-security-2025",
    "agentic-adoption-2026",
);
crosswalks!("ncsc-cisa", "founding-practices", "owasp-llm-2025-2026");

/// The id of the lead framework.
pub const LEAD: &str = "ncsc-cisa-2023";

/// All built-in frameworks; the lead framework first.
pub fn frameworks() -> impl Iterator<Item = &'static Framework> {
    std::iter::once(&*NCSC_CISA).chain(OTHERS.iter().map(|(_, framework)| &**framework))
}

/// A built-in framework by id.
pub fn framework(id: &str) -> Option<&'static Framework> {
    if id == LEAD {
        return Some(&NCSC_CISA);
    }
    OTHERS.iter().find(|(name, _)| *name == id).map(|(_, framework)| &**framework)
}

/// All links of all crosswalks.
pub fn links() -> &'static [Link] {
    static LINKS: LazyLock<Vec<Link>> = LazyLock::new(|| CROSSWALKS.iter().flat_map(Crosswalk::links).collect());
    &LINKS
}
