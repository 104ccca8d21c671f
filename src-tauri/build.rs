//! Prepares the window's configuration and permissions at compile time.

fn main() {
    // Only our own two commands and nothing else of what a web page could ask the shell for.
    let commands = tauri_build::AppManifest::new().commands(&["call", "job", "cancel"]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
        std::process::exit(1);
    }
}
