//! Words as they stand in cells: full width, several in one cell, short names, slips of the pen.

/// Full-width letters, digits and signs in half width; spaces of every kind as one, none around it.
///
/// ```
/// assert_eq!(zongheng_sheets::words::narrow("　２０２２年４月（急）\n件"), "2022年4月(急) 件");
/// ```
pub fn narrow(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().map(half) {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// A name without spaces, in half width: as names are compared.
pub fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(text.chars().map(half).filter(|c| !c.is_whitespace()));
    out
}

fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{feff}' | '\u{200b}' => ' ',
        other => other,
    }
}

/// The names of a cell that holds several: 城管局、住建局；鄢岗镇. Twice the same is once.
pub fn several(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in text.split(['、', '；', ';', '，', ',', '\n', '\r']) {
        let name = bare(part);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether `short` is a short form of a name: its characters in their order, the first of them at the
/// beginning of a word of it, the last one the same. 城管局 is one of 商城县城市管理局, 管局 is none.
pub fn is_short_of(short: &str, name: &str) -> bool {
    let (short, name): (Vec<char>, Vec<char>) = (short.chars().collect(), name.chars().collect());
    if short.len() < 2 || short.len() >= name.len() || short.last() != name.last() {
        return false;
    }
    let mut left = name.iter();
    if !short.iter().all(|c| left.any(|n| n == c)) {
        return false;
    }
    // The place before the name is left out, never the head of the name itself.
    let after_place = name.iter().position(|c| matches!(c, '县' | '市' | '镇' | '乡'));
    let head = |from: usize| name.get(from) == short.first();
    head(0) || after_place.is_some_and(|at| head(at) || head(at + 1))
}

/// The names that are nearest by the letters to change, at most three of them and only such as a slip of
/// the pen explains: a third of the letters, one at least.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let most = (name.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .map(|known| (distance(name, known), known))
        .filter(|(n, _)| *n <= most)
        .collect();
    near.sort_unstable();
    near.dedup();
    let best = near.first().map_or(0, |(n, _)| *n);
    near.into_iter().filter(|(n, _)| *n == best).map(|(_, known)| known).take(3).collect()
}

/// How many letters are put in, left out or changed between two words.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(before + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_units_stand_in_one_cell() {
        for (text, names) in [
            ("城管局、住建局；鄢岗镇", vec!["城管局", "住建局", "鄢岗镇"]),
            ("城管局;城管局，　住建 局", vec!["城管局", "住建局"]),
            ("　", vec![]),
        ] {
            assert_eq!(several(text), names, "{text}");
        }
    }

    #[test]
    fn a_short_name_is_known_and_another_is_not() {
        for (short, name, is) in [
            ("城管局", "商城县城市管理局", true),
            ("县城管局", "商城县城市管理局", true),
            ("交通局", "商城县交通运输局", true),
            ("住建局", "县住房和城乡建设局", true),
            ("管局", "商城县城市管理局", false),
            ("公安局", "商城县城市管理局", false),
            ("城市管理局", "城市管理局", false),
            ("局", "城市管理局", false),
        ] {
            assert_eq!(is_short_of(short, name), is, "{short} of {name}");
        }
    }

    #[test]
    fn a_slip_of_the_pen_finds_the_name() {
        let names = ["鄢岗镇", "观庙镇", "汪岗镇", "上石桥镇"];
        assert_eq!(nearest("焉岗镇", names), ["汪岗镇", "鄢岗镇"]);
        assert_eq!(nearest("上石桥", names), ["上石桥镇"]);
        assert!(nearest("北京市", names).is_empty());
    }
}
