//! Crockford's base32: the alphabet that people can read aloud and copy by hand. It has no I, L, O and U.

/// The digits, in order of value.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The digits of `bytes`, most significant bit first. The last digit is filled up with zero bits.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u16, 0_u32);
    for byte in bytes {
        held = held << 8 | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(DIGITS[usize::from(held >> bits & 31)]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(DIGITS[usize::from(held << (5 - bits) & 31)]));
    }
    text
}

/// The value of one digit as a person may write it: either case, O for 0, I and L for 1.
#[must_use]
pub fn value(digit: char) -> Option<u8> {
    let digit = match digit.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = DIGITS.iter().position(|known| char::from(*known) == digit)?;
    u8::try_from(position).ok()
}

/// The same text in groups of `size` digits with hyphens between them.
#[must_use]
pub fn grouped(text: &str, size: usize) -> String {
    let mut groups = String::with_capacity(text.len() + text.len() / size.max(1));
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && index % size.max(1) == 0 {
            groups.push('-');
        }
        groups.push(digit);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_crockfords() {
        assert_eq!(encode(&[0xff; 5]), "ZZZZZZZZ");
        assert_eq!(encode(&[0x00, 0x44, 0x32, 0x14, 0xc7]), "01234567");
        assert_eq!(encode(&[0xf8]), "Z0");
        assert_eq!(value('o'), Some(0));
        assert_eq!(value('l'), Some(1));
        assert_eq!(value('u'), None);
        assert_eq!(grouped("ABCDEF", 4), "ABCD-EF");
    }
}
