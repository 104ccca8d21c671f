//! The shell: a window by default, a command line with a verb. Thin on purpose: every rule lives below, in `app`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod cli;
mod desktop;
mod logs;
mod presence;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::parse() {
        cli::Asked::Window(open) => {
            if !desktop::has_display() {
                eprintln!("conclave: {}", conclave_domain::t!("cli.no_display"));
                return ExitCode::from(2);
            }
            let _logs = logs::begin();
            window::run(open)
        }
        cli::Asked::Command(command) => cli::run(command),
        cli::Asked::Nothing(code) => code,
    }
}
