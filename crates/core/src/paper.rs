//! The number of a paper, such as 会议纪要〔2026〕12号. It stands in an act for ever, so it is a number and no
//! words, and bears no mark of secrecy.

use crate::secrecy::marked;

/// What is wrong with the number of a paper; none where it is one.
pub fn number_fault(number: &str) -> Option<&'static str> {
    if marked(number).is_some() {
        return Some("the paper bears a mark of secrecy: it is not named here");
    }
    let (long, spaced) = (number.chars().count() > 40, number.chars().any(char::is_whitespace));
    let odd = number.is_empty() || number.chars().any(char::is_control);
    let numbered = number.chars().any(|c| c.is_ascii_digit())
        && number.ends_with(|c: char| c == '号' || c.is_ascii_digit());
    (long || spaced || odd || !numbered).then_some(
        "the number of a paper is 1 to 40 characters without spaces and ends in 号 or a figure, such as 〔2026〕12号",
    )
}
