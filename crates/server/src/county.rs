//! The county's files, carried in the binary, as checked configuration.

use zongheng_core::ids::{DivisionCode, PostId};
use zongheng_core::organisation::files::{self, Files, Keys, Source};
use zongheng_core::organisation::{Fault, Organisation, Organised, check};
use zongheng_core::powers::{self, Powers, PowersAdopted};

/// A county's configuration, ready to be recorded as acts. Ids are the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct CountyFiles {
    pub(crate) code: DivisionCode,
    /// Body of `organised`; see [`Organised::chunks`].
    pub(crate) organised: Organised,
    /// Body of `powers_adopted`; see [`PowersAdopted::chunks`].
    pub(crate) powers: PowersAdopted,
    /// The names by which the files speak of units, posts and grids.
    pub(crate) keys: Keys,
    /// What is not right but hinders nothing.
    pub(crate) warnings: Vec<Fault>,
}

macro_rules! file {
    ($name:literal) => {
        Source {
            name: concat!("counties/411524/", $name),
            text: include_str!(concat!("../../../counties/411524/", $name)),
        }
    };
}

/// The files of 商城县 as they were built in.
///
/// # Errors
///
/// Everything that is wrong with them, with file and row; the tests keep it at nothing.
pub(crate) fn shangcheng() -> Result<CountyFiles, Vec<Fault>> {
    let files = Files {
        divisions: file!("divisions.csv"),
        names_en: file!("names_en.csv"),
        boundary: file!("boundary.geojson"),
        townships: file!("townships_approx.geojson"),
        units: file!("units.toml"),
        posts: file!("posts.toml"),
        grids: file!("grids.geojson"),
    };
    read(&files, file!("powers.toml"))
}

/// A county from its files.
///
/// # Errors
///
/// As [`shangcheng`]: first what cannot be read, then what does not hold together.
pub(crate) fn read(files: &Files<'_>, list: Source<'_>) -> Result<CountyFiles, Vec<Fault>> {
    let county = files::read(files)?;
    let checked = check(&Organisation::default(), &county.proposed)?;
    let mut organisation = Organisation::default();
    organisation.apply(&checked.organised);
    let powers = powers::read(list, &county.keys, &organisation)?;
    Ok(CountyFiles {
        code: county.code,
        organised: checked.organised,
        powers,
        keys: county.keys,
        warnings: checked.warnings,
    })
}

/// The demonstration's accounts and the posts that they hold, one a role.
pub(crate) const ACCOUNTS: [(&str, &str); 16] = [
    ("command_centre", "command_centre/command"),
    ("closing_desk", "command_centre/closing"),
    ("verification_desk", "command_centre/verification"),
    ("call_back_desk", "command_centre/call_back"),
    ("supervision_office", "supervision_office/head"),
    ("county_leader", "county/leader"),
    ("county_transport", "county_transport/head"),
    ("county_housing", "county_housing/head"),
    ("township_hall", "411524102000/hall"),
    ("township_deputy", "411524102000/deputy"),
    ("village_committee", "411524102202/committee"),
    ("grid_chief", "411524102202001/chief"),
    ("grid_member", "411524102202001/member"),
    ("system_admin", "government_office/system_admin"),
    ("security_admin", "committee_office/security_admin"),
    ("auditor", "audit/auditor"),
];

impl CountyFiles {
    /// The post that an account of [`ACCOUNTS`] holds.
    pub(crate) fn post_of_account(&self, account: &str) -> Option<PostId> {
        let (_, key) = ACCOUNTS.iter().find(|(name, _)| *name == account)?;
        self.post(key)
    }

    /// A post by its unit's key or its grid's code, `/`, and its own key.
    pub(crate) fn post(&self, key: &str) -> Option<PostId> {
        self.keys.posts.get(key).copied()
    }

    /// A unit by its key, or by its division's code.
    #[cfg(test)]
    fn unit(&self, key: &str) -> Option<zongheng_core::ids::UnitId> {
        self.keys.units.get(key).copied()
    }

    /// The organisation as it stands when these files have been recorded.
    pub(crate) fn organisation(&self) -> Organisation {
        let mut organisation = Organisation::default();
        organisation.apply(&self.organised);
        organisation
    }

    /// The list of powers as it stands when these files have been recorded.
    pub(crate) fn powers(&self) -> Powers {
        let mut powers = Powers::default();
        powers.apply(&self.powers);
        powers
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_built_in_county_is_without_fault_and_every_account_has_its_post() {
        let county = shangcheng().unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!((county.code.as_str(), county.warnings.len()), ("411524000000", 0));
        let organisation = county.organisation();
        let day = date(2025, 1, 1);
        let mut posts = Vec::new();
        for (account, _) in ACCOUNTS {
            let post = county.post_of_account(account).unwrap_or_else(|| panic!("{account}"));
            assert!(organisation.post(post, day).is_some(), "{account}");
            posts.push(post);
        }
        posts.sort_unstable();
        posts.dedup();
        assert_eq!(posts.len(), ACCOUNTS.len(), "one post an account");
        assert_eq!(county.post_of_account("nobody"), None);
        assert!(county.unit("411524102202").is_some());
    }

    #[test]
    fn the_list_of_powers_leads_where_the_contract_says() {
        let county = shangcheng().unwrap_or_else(|faults| panic!("{faults:#?}"));
        let (organisation, powers) = (county.organisation(), county.powers());
        let place = DivisionCode::from("411524102202");
        for (category, unit) in
            [("road_bridge", "county_transport"), ("water_supply", "county_housing")]
        {
            let proposal =
                powers.proposal(&organisation, &category.into(), &place, date(2025, 1, 1)).unwrap();
            assert_eq!(Some(proposal.lead), county.unit(unit), "{category}");
        }
    }

    #[test]
    fn a_list_that_names_an_unknown_unit_is_refused_by_file_and_line() {
        let county = shangcheng().unwrap_or_else(|faults| panic!("{faults:#?}"));
        let text = include_str!("../../../counties/411524/powers.toml").replacen(
            "lead = \"county_transport\"",
            "lead = \"traffic\"",
            1,
        );
        let source = Source { name: "powers.toml", text: &text };
        let faults =
            powers::read(source, &county.keys, &county.organisation()).expect_err("has a fault");
        assert_eq!((faults.len(), faults[0].field.as_str()), (1, "lead"));
        assert!(faults[0].row > 0);
    }
}
