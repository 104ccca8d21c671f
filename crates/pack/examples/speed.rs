//! How many pages of table a second: `cargo run --release --example speed`.

#[path = "../tests/sample/mod.rs"]
mod sample;

fn main() {
    let pack = sample::long(6_600);
    for _ in 0..3 {
        let start = std::time::Instant::now();
        let built = sample::made(&pack);
        let seconds = start.elapsed().as_secs_f64();
        let pages = f64::from(built.pages);
        println!("{pages} pages, {} kB, {seconds:.2} s, {:.0} pages/s", built.bytes.len() / 1000, pages / seconds);
    }
}
