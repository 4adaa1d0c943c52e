//! Rings of whole 10⁻⁷ degrees. What decides who answers for a point is computed in integers, so
//! that it is the same on every machine.

/// A closed or unclosed ring of [longitude, latitude].
pub(crate) type Ring = [[i64; 2]];

/// The least box around a ring: `[west, south]`, `[east, north]`.
pub(crate) fn bounds(ring: &Ring) -> Option<([i64; 2], [i64; 2])> {
    let first = *ring.first()?;
    Some(ring.iter().fold((first, first), |(low, high), p| {
        ([low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])])
    }))
}

/// The sides of a ring, the closing one included, without sides of no length.
pub(crate) fn sides(ring: &Ring) -> impl Iterator<Item = ([i64; 2], [i64; 2])> {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| (*a, *b)).filter(|(a, b)| a != b)
}

/// On which side of the line from `a` to `b` the point lies: 1 left, -1 right, 0 on it.
fn turn(a: [i64; 2], b: [i64; 2], p: [i64; 2]) -> i128 {
    let wide = i128::from;
    let cross = (wide(b[0]) - wide(a[0])) * (wide(p[1]) - wide(a[1]))
        - (wide(b[1]) - wide(a[1])) * (wide(p[0]) - wide(a[0]));
    cross.signum()
}

fn between(a: [i64; 2], b: [i64; 2], p: [i64; 2]) -> bool {
    (0..2).all(|i| a[i].min(b[i]) <= p[i] && p[i] <= a[i].max(b[i]))
}

/// Where a point lies with regard to a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    Inside,
    Border,
    Outside,
}

/// By counting the sides that a ray to the east crosses.
pub(crate) fn locate(ring: &Ring, p: [i64; 2]) -> Where {
    let mut inside = false;
    for (a, b) in sides(ring) {
        let side = turn(a, b, p);
        if side == 0 && between(a, b, p) {
            return Where::Border;
        }
        let upward = a[1] <= p[1] && p[1] < b[1];
        let downward = b[1] <= p[1] && p[1] < a[1];
        if (upward && side > 0) || (downward && side < 0) {
            inside = !inside;
        }
    }
    if inside { Where::Inside } else { Where::Outside }
}

/// Whether a point lies in or on one of the polygons; what lies in a hole lies outside, its rim on.
pub(crate) fn within(polygons: &[Vec<Vec<[i64; 2]>>], p: [i64; 2]) -> bool {
    polygons.iter().any(|rings| {
        let Some((outer, holes)) = rings.split_first() else { return false };
        locate(outer, p) != Where::Outside && holes.iter().all(|h| locate(h, p) != Where::Inside)
    })
}

/// Two sides of the ring that meet where they should not, by a point of the first; `None` where the
/// ring is simple. Neighbouring sides may share their corner only.
pub(crate) fn self_crossing(ring: &Ring) -> Option<[i64; 2]> {
    let sides: Vec<_> = sides(ring).collect();
    let last = sides.len().checked_sub(1)?;
    for (i, &(a, b)) in sides.iter().enumerate() {
        for (j, &(c, d)) in sides.iter().enumerate().skip(i + 1) {
            let crossing = if j == i + 1 {
                folds_back(a, b, d)
            } else if i == 0 && j == last {
                folds_back(c, d, b)
            } else {
                meet(a, b, c, d)
            };
            if crossing {
                return Some(c);
            }
        }
    }
    None
}

/// Whether going on from `a`–`b` to `c` runs back along the same line.
fn folds_back(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> bool {
    turn(a, b, c) == 0 && (between(a, b, c) || between(b, c, a))
}

/// Whether two sides have any point in common.
fn meet(a: [i64; 2], b: [i64; 2], c: [i64; 2], d: [i64; 2]) -> bool {
    let of_first = [turn(a, b, c), turn(a, b, d)];
    let of_second = [turn(c, d, a), turn(c, d, b)];
    (of_first[0] * of_first[1] < 0 && of_second[0] * of_second[1] < 0)
        || (of_first[0] == 0 && between(a, b, c))
        || (of_first[1] == 0 && between(a, b, d))
        || (of_second[0] == 0 && between(c, d, a))
        || (of_second[1] == 0 && between(c, d, b))
}
