//! Logs: rotating files in the platform's folder, causes and times only. No record text, no passphrase, no key: handlers log
//! error chains, never payloads.

use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::EnvFilter;

/// Days of logs that are kept.
const KEPT: usize = 14;

/// Starts writing logs; they are flushed when the guard goes.
pub fn begin() -> Option<WorkerGuard> {
    let folder = crate::desktop::folders()?.data_local_dir().join("logs");
    std::fs::create_dir_all(&folder).ok()?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("conclave")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    // Our own crates only: a library's debug output could hold what we would not write.
    let filter = EnvFilter::new(
        "off,conclave=info,conclave_app=info,conclave_vault=info,conclave_pack=info,conclave_exchange=info",
    );
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init().ok()?;
    Some(guard)
}
