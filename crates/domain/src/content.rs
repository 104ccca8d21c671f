//! The built-in content: parsed from the files under `assets/`, which are compiled in.

use crate::{framework::Framework, questionnaire::Questionnaire, threat::ThreatLibrary};
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

/// All built-in frameworks; the lead framework first.
pub fn frameworks() -> [&'static Framework; 1] {
    [&NCSC_CISA]
}

/// A built-in framework by id.
pub fn framework(id: &str) -> Option<&'static Framework> {
    frameworks().into_iter().find(|f| f.framework.id == id)
}
