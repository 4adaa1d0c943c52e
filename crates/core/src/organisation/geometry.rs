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

/// A point as a tree of boxes has it, in steps of 16: the tree multiplies the sides of boxes, and what reaches around
/// the globe would not fit. What lies in a box lies in it in steps too.
pub(crate) fn coarse([lon, lat]: [i64; 2]) -> [i64; 2] {
    [lon >> 4, lat >> 4]
}

/// The box around China's land, in which every border that is drawn here has to lie: `[west, south]`, `[east, north]`.
const CHINA: ([i64; 2], [i64; 2]) = ([730_000_000, 30_000_000], [1_360_000_000, 540_000_000]);

/// Whether every corner lies in that box. What reaches around the globe is no border, and too coarse to be cut.
pub(crate) fn in_china(ring: &Ring) -> bool {
    let (low, high) = CHINA;
    ring.iter().all(|corner| between(low, high, *corner))
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

/// Whether the whole ring lies inside one of the polygons without touching its border.
pub(crate) fn deep_within(polygons: &[Vec<Vec<[i64; 2]>>], ring: &Ring) -> bool {
    let apart = |border: &Vec<[i64; 2]>| {
        sides(ring).all(|(a, b)| sides(border).all(|(c, d)| !meet(a, b, c, d)))
    };
    let no_hole_in_it = |rings: &[Vec<[i64; 2]>]| {
        let mut holes = rings.iter().skip(1).filter_map(|hole| hole.first());
        holes.all(|corner| locate(ring, *corner) == Where::Outside)
    };
    polygons.iter().any(|rings| {
        ring.first().is_some_and(|corner| within(std::slice::from_ref(rings), *corner))
            && rings.iter().all(apart)
            && no_hole_in_it(rings)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// An L whose inner corner is at 2, 2.
    const ELL: [[i64; 2]; 6] = [[0, 0], [4, 0], [4, 2], [2, 2], [2, 4], [0, 4]];

    #[test]
    fn a_point_lies_inside_on_the_border_or_outside() {
        for (point, expected) in [
            ([1, 1], Where::Inside),
            ([3, 1], Where::Inside),
            ([1, 2], Where::Inside),
            ([3, 3], Where::Outside),
            ([-1, 0], Where::Outside),
            ([5, 2], Where::Outside),
            ([0, 0], Where::Border),
            ([2, 2], Where::Border),
            ([3, 2], Where::Border),
            ([0, 3], Where::Border),
        ] {
            assert_eq!(locate(&ELL, point), expected, "{point:?}");
            let mut backwards = ELL;
            backwards.reverse();
            assert_eq!(locate(&backwards, point), expected, "{point:?} the other way round");
            let closed: Vec<_> = ELL.iter().chain(&ELL[..1]).copied().collect();
            assert_eq!(locate(&closed, point), expected, "{point:?} with a closing corner");
        }
    }

    #[test]
    fn a_hole_is_outside_and_its_rim_is_not() {
        let hole = vec![[1, 1], [3, 1], [3, 3], [1, 3]];
        let polygons = vec![vec![vec![[0, 0], [4, 0], [4, 4], [0, 4]], hole]];
        assert!(!within(&polygons, [2, 2]));
        assert!(within(&polygons, [1, 2]) && within(&polygons, [4, 4]));
        assert!(!within(&polygons, [5, 2]) && !within(&[], [0, 0]));
    }

    #[test]
    fn a_ring_is_deep_within_only_if_it_touches_no_border() {
        let hole = vec![[4, 4], [6, 4], [6, 6], [4, 6]];
        let polygons = vec![vec![vec![[0, 0], [10, 0], [10, 10], [0, 10]], hole]];
        assert!(deep_within(&polygons, &[[1, 1], [3, 1], [3, 3]]));
        for ring in [
            [[0, 1], [3, 1], [3, 3]],
            [[1, 1], [11, 1], [3, 3]],
            [[1, 1], [9, 1], [9, 9]],
            [[11, 1], [12, 1], [12, 3]],
        ] {
            assert!(!deep_within(&polygons, &ring), "{ring:?}");
        }
        assert!(!deep_within(&polygons, &[[1, 1], [9, 1], [9, 9], [1, 9]]), "around the hole");
    }

    #[test]
    fn rings_that_cross_touch_or_fold_back_are_told_from_simple_ones() {
        let simple: [&[[i64; 2]]; 4] = [
            &ELL,
            &[[0, 0], [4, 0], [0, 4]],
            &[[0, 0], [4, 0], [4, 0], [0, 4]],
            &[[0, 0], [2, 0], [4, 0], [0, 4], [0, 0]],
        ];
        for ring in simple {
            assert_eq!(self_crossing(ring), None, "{ring:?}");
        }
        let spoilt: [&[[i64; 2]]; 4] = [
            &[[0, 0], [4, 4], [4, 0], [0, 4]],
            &[[0, 0], [4, 0], [4, 4], [2, 0], [0, 4]],
            &[[0, 0], [4, 0], [4, 4], [4, 2], [0, 2]],
            &[[0, 0], [4, 0], [2, 0]],
        ];
        for ring in spoilt {
            assert!(self_crossing(ring).is_some(), "{ring:?}");
        }
    }
}
