//! Confidence intervals for proportions and for the difference of two.

/// The 97.5 % point of the standard normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % score interval of `successes` in `n`, within 0 … 1; `None` if `n` is 0 or `successes` exceeds it.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
/// Statistical Association 22 (1927) 209–212; without continuity correction, method 3 of R. G. Newcombe, Statistics in
/// Medicine 17 (1998) 857–872.
pub fn wilson(successes: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 || successes > n {
        return None;
    }
    let (size, share) = (n as f64, successes as f64 / n as f64);
    let z2 = Z * Z;
    let middle = share + z2 / (2.0 * size);
    let reach = Z * (share * (1.0 - share) / size + z2 / (4.0 * size * size)).sqrt();
    let whole = 1.0 + z2 / size;
    // The ends are exactly 0 and 1 there; rounding must not leave 1e-18 or 0.999….
    let low = if successes == 0 { 0.0 } else { ((middle - reach) / whole).clamp(0.0, share) };
    let high = if successes == n { 1.0 } else { ((middle + reach) / whole).clamp(share, 1.0) };
    Some((low, high))
}

/// Newcombe's 95 % interval of the difference a − b of two independent proportions, each given as (successes, n),
/// within −1 … 1; `None` if either has no interval.
///
/// Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
/// Medicine 17 (1998) 873–890, method 10 (from two Wilson intervals, without continuity correction).
pub fn newcombe(a: (u64, u64), b: (u64, u64)) -> Option<(f64, f64)> {
    let ((low_a, high_a), (low_b, high_b)) = (wilson(a.0, a.1)?, wilson(b.0, b.1)?);
    let (share_a, share_b) = (a.0 as f64 / a.1 as f64, b.0 as f64 / b.1 as f64);
    let difference = share_a - share_b;
    let below = (share_a - low_a).hypot(high_b - share_b);
    let above = (high_a - share_a).hypot(share_b - low_b);
    Some(((difference - below).max(-1.0), (difference + above).min(1.0)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn close(found: Option<(f64, f64)>, low: f64, high: f64) {
        let found = found.expect("an interval");
        assert!((found.0 - low).abs() < 5e-5 && (found.1 - high).abs() < 5e-5, "{found:?} is not ({low}, {high})");
    }

    #[test]
    fn wilson_gives_the_published_intervals() {
        // Newcombe 1998 (857–872), table I, method 3.
        close(wilson(81, 263), 0.2553, 0.3662);
        close(wilson(15, 148), 0.0624, 0.1605);
        close(wilson(0, 20), 0.0, 0.1611);
        close(wilson(1, 29), 0.0061, 0.1718);
    }

    #[test]
    fn newcombe_gives_the_published_intervals() {
        // Newcombe 1998 (873–890), table II, method 10.
        close(newcombe((56, 70), (48, 80)), 0.0524, 0.3339);
        close(newcombe((9, 10), (3, 10)), 0.1705, 0.8090);
        close(newcombe((10, 10), (0, 10)), 0.6075, 1.0);
    }

    #[test]
    fn an_interval_holds_its_share_and_stays_within_0_and_1_and_an_empty_denominator_has_none() {
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(3, 2), None);
        assert_eq!(newcombe((1, 2), (0, 0)), None);
        for n in 1..60 {
            for x in 0..=n {
                let (low, high) = wilson(x, n).unwrap();
                let share = x as f64 / n as f64;
                assert!(0.0 <= low && low <= share && share <= high && high <= 1.0 && low < high, "{x} of {n}");
            }
        }
    }
}
