//! What a picture says of place and time is offered to whoever sends it: taken by a tick, and else forgotten. It is
//! carried by the form itself and stands nowhere else.

use zongheng_core::organisation::Datum;
use zongheng_core::organisation::place::{Point, check};
use zongheng_core::time::At;
use zongheng_files::Taken;

use super::form::Form;
use super::reader::Reader;
use super::view::{Choice, Offer};

/// The fields in which the form carries what was offered.
const POINT: &str = "offer_point";
const TIME: &str = "offer_time";

/// A point of a form: longitude and latitude in 10⁻⁷ degrees.
fn read_point(text: &str) -> Option<[i64; 2]> {
    let (lon, lat) = text.split_once(',')?;
    Some([lon.parse().ok()?, lat.parse().ok()?])
}

/// The point that was taken, in degrees.
pub(super) fn point_taken(form: &Form) -> Option<(f64, f64)> {
    let [lon, lat] = form.first("use_point").and_then(read_point)?;
    #[expect(clippy::cast_precision_loss, reason = "10⁻⁷ degrees fit 53 bits by far")]
    let degrees = |e7: i64| e7 as f64 / 1e7;
    Some((degrees(lon), degrees(lat)))
}

/// The time that was taken.
pub(super) fn time_taken(form: &Form) -> Option<At> {
    form.first("use_time").and_then(|at| at.parse().ok())
}

impl Reader {
    /// What the pictures of a form, sent now or before, say of place and time; none where they say nothing.
    pub(super) fn offer(&self, form: &Form, taken: &[Taken]) -> Option<Offer> {
        let before = form.first(POINT).and_then(read_point);
        let point = taken.iter().find_map(|taken| taken.point).or(before);
        let before = form.first(TIME).and_then(|at| at.parse::<i64>().ok());
        let time = taken.iter().find_map(|taken| taken.at).or(before);
        if point.is_none() && time.is_none() {
            return None;
        }
        let mut offer = Offer { carried: Vec::new(), picks: Vec::new(), notes: Vec::new() };
        if let Some(point) = point {
            let [lon, lat] = point;
            offer.carried.push((POINT, format!("{lon},{lat}")));
            match check(&self.county.organisation, Point { lon, lat, datum: Datum::Wgs84 }) {
                Ok(_) => {
                    let words = self.w.a("offer.point", self.near_what(point));
                    let on = form.first("use_point").is_some();
                    offer
                        .picks
                        .push(("use_point", Choice::new(format!("{lon},{lat}"), words).on(on)));
                }
                Err(_) => offer.notes.push(self.w.t("offer.outside").to_owned()),
            }
        }
        if let Some(seconds) = time {
            offer.carried.push((TIME, seconds.to_string()));
            let at = At::from_seconds(seconds);
            if at > self.now {
                offer.notes.push(self.w.a("offer.future", self.w.moment(at, self.now)));
            } else {
                let words = self.w.a("offer.time", self.w.moment(at, self.now));
                let on = form.first("use_time").is_some();
                offer.picks.push(("use_time", Choice::new(at.to_string(), words).on(on)));
            }
        }
        Some(offer)
    }

    /// The grid and village in which a point lies, else its coordinates.
    fn near_what(&self, [lon, lat]: [i64; 2]) -> String {
        let organisation = &self.county.organisation;
        let Some(grid) = organisation.grid_at(lon, lat, self.now.date()) else {
            let degrees = |e7: i64| format!("{}.{:04}", e7 / 10_000_000, e7 % 10_000_000 / 1_000);
            return self.w.ab("offer.degrees", degrees(lat), degrees(lon));
        };
        let village = self.division(&grid.division);
        let township = organisation.township_of(&grid.division).map(|t| self.division(&t.code));
        match township.filter(|township| *township != village) {
            Some(township) => self.w.ab("offer.village", township, village),
            None => village,
        }
    }
}
