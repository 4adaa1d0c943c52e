//! What a text may be before it becomes an entry beside the ledger.

/// Why a text is refused; none where it may stand. `most` counts characters.
pub(super) fn fault(text: &str, most: usize) -> Option<String> {
    if text.trim().is_empty() {
        return Some("write something".to_owned());
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Some("it holds a control character that cannot be kept".to_owned());
    }
    let length = text.chars().count();
    if length > most {
        return Some(format!("{length} characters: at most {most}"));
    }
    if let Some(number) = identity_number(text) {
        return Some(format!(
            "an identity number stands in it ({}…): take it out, this text is shown to others",
            &number[..6]
        ));
    }
    None
}

/// The first resident identity number in a text: 17 digits and the check character of GB 11643-1999.
fn identity_number(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|i| {
        let number = bytes.get(i..i + 18)?;
        let before = i.checked_sub(1).and_then(|j| bytes.get(j));
        let after = bytes.get(i + 18);
        let alone = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_digit());
        (alone(before) && alone(after) && is_identity_number(number)).then(|| &text[i..i + 18])
    })
}

fn is_identity_number(number: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    if number.len() != 18 || !number[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = number.iter().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    let wanted = CHECKS[(sum % 11) as usize];
    number[17].to_ascii_uppercase() == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_numbers_are_told_from_other_digits() {
        // The sample number printed in the standard GB 11643-1999, annex A.
        for (text, stands) in [
            ("身份证11010519491231002X，请核实", true),
            ("身份证11010519491231002x", true),
            ("编号110105194912310021", false),
            ("流水号9110105194912310020017", false),
            ("路灯不亮", false),
        ] {
            assert_eq!(identity_number(text).is_some(), stands, "{text}");
        }
    }

    #[test]
    fn empty_long_and_broken_texts_are_refused_with_a_reason() {
        assert!(fault(" \n", 10).is_some());
        assert!(fault("a\0b", 10).is_some());
        assert_eq!(fault(&"长".repeat(11), 10).unwrap(), "11 characters: at most 10");
        assert_eq!(fault("修好了。\n两处", 10), None);
    }
}
