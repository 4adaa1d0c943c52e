//! What people write in the simulation. Each title goes with what was done about it in the end; no real
//! person, no real event.

mod kinds;
mod reports;
pub(super) mod said;

pub(super) use kinds::{danger, dispute, need, task, whistle};
pub(super) use reports::{report, speaks_of};

use super::fate::Told;

/// Something that is said of a place, with what it means to people and what was done about it.
struct Trouble {
    said: &'static str,
    done: &'static str,
}

/// What is said, and what was done.
const fn t(said: &'static str, done: &'static str) -> Trouble {
    Trouble { said, done }
}

fn told(title: String, detail: String, trouble: &Trouble) -> Told {
    Told { title, detail, done: trouble.done, about: None }
}

/// A division's name as people say it: 曹寨村, not 曹寨村民委员会.
pub(super) fn short(name: &str) -> String {
    for (long, said) in
        [("村民委员会", "村"), ("居民委员会", "社区"), ("村委会", "村"), ("居委会", "社区")]
    {
        if let Some(stem) = name.strip_suffix(long) {
            let stem = stem.strip_suffix(said).unwrap_or(stem);
            return format!("{stem}{said}");
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_is_called_as_people_say_it() {
        for (official, said) in [
            ("曹寨村民委员会", "曹寨村"),
            ("曹寨村委会", "曹寨村"),
            ("城关社区居民委员会", "城关社区"),
            ("鄢岗镇", "鄢岗镇"),
        ] {
            assert_eq!(short(official), said);
        }
    }
}
