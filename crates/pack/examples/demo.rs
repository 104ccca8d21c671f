//! Builds the demo pack into a file, so that people can look at it: `cargo run --example demo -- FILE.pdf`.

#[path = "../tests/sample/mod.rs"]
mod sample;

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "target/demo-pack.pdf".to_owned());
    let built = sample::signed(&sample::demo());
    std::fs::write(&path, &built.bytes)?;
    println!("{path}: {} pages, {} bytes, SHA-256 {}", built.pages, built.bytes.len(), built.sha256);
    for warning in &built.warnings {
        println!("{warning}");
    }
    match conclave_pack::verify(&built.bytes) {
        Ok(verified) => println!("unbroken: {}\n{:#?}\n{:#?}", verified.unbroken, verified.checked, verified.faults),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
