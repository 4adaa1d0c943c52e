//! Words asked of the register: by the order of the list where they are frequent, by the index where they are rare.
//!
//! A word that a third of the matters have fills a page from the first places of the list, whatever the order. Where it
//! does not, the index, which knows words, who sees what and where it is, is asked how many there are: a few are all
//! named and sorted. Of many the walk finds a page soon, and where it does not, the index names more of them. What is
//! left is a word that is frequent elsewhere in the list and rare here: the walk goes on to its end, and the page says
//! where it stopped.

use zongheng_core::search::Wanted;

use super::list::{Asked, Place};
use super::walk::{Cursor, Filter, Order, holds, seen};
use crate::db::{Tx, row, rows};
use crate::error::Result;

/// How much is looked at for one page: places of the list first, then matters that the index names if they are no more
/// than so many, then places up to the next bound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    first: i64,
    then: [(i64, i64); 2],
}

pub(super) const BOUNDS: Bounds = Bounds { first: 100, then: [(1_000, 800), (3_000, 1_200)] };

/// A question with words, and the same as the index takes it.
pub(super) struct Search<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) wanted: &'a Wanted,
    pub(super) question: String,
    pub(super) bounds: Bounds,
}

impl Search<'_> {
    /// The ids of a page, and where the next one begins.
    pub(super) async fn page(
        &self,
        tx: &mut Tx,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<String>, Option<Cursor>)> {
        let Bounds { first, then } = self.bounds;
        let mut walked = self.asked.walk(tx.on(), after.clone(), limit, first).await?;
        let mut looked = first;
        for (few, places) in then {
            if !walked.tired {
                break;
            }
            if self.are_at_most(tx, few).await? {
                return Ok(self.in_order(self.named(tx).await?, after.as_ref(), limit));
            }
            let (mut ids, more) = (walked.ids, places - looked);
            walked = self.asked.walk(tx.on(), walked.next, limit - ids.len(), more).await?;
            ids.append(&mut walked.ids);
            walked.ids = ids;
            looked = places;
        }
        Ok((walked.ids, walked.next))
    }

    /// Whether the index names no more than so many.
    async fn are_at_most(&self, tx: &mut Tx, few: i64) -> Result<bool> {
        let sql =
            format!("select count(*) from (select doc from {{hits 1}} h limit {}) x", few + 1);
        let named = row!(tx.on(), (i64,), &sql, &self.question)?;
        Ok(named.is_none_or(|(n,)| n <= few))
    }

    /// All that the index names, with what the register says of each.
    async fn named(&self, tx: &mut Tx) -> Result<Vec<Place>> {
        let sort = match self.asked.order {
            Order::Due => "due",
            Order::Newest | Order::Oldest => "created",
            Order::Updated => "updated",
        };
        let hit = hit(self.asked.filter, self.wanted, &seen(self.asked.keys));
        // SQLite reads a cross join from left to right: the index first.
        let sql = format!(
            "select m.{sort} as sort, m.id as id \
             from {{hits 2}} x cross join search s cross join {{facets s.matter}} \
             where s.doc = x.doc and s.county = $1 and m.county = $1 and m.id = s.matter and {hit}"
        );
        rows!(tx.on(), Place, &sql, self.asked.county.as_str(), &self.question)
    }

    fn in_order(
        &self,
        named: Vec<Place>,
        after: Option<&Cursor>,
        limit: usize,
    ) -> (Vec<String>, Option<Cursor>) {
        let up = matches!(self.asked.order, Order::Due | Order::Oldest);
        let mut hits: Vec<Cursor> = named
            .into_iter()
            .map(|Place { sort, id }| Cursor { sort, id })
            .filter(|hit| after.is_none_or(|after| if up { hit > after } else { hit < after }))
            .collect();
        hits.sort_unstable();
        if !up {
            hits.reverse();
        }
        let more = hits.len() > limit;
        hits.truncate(limit);
        let next = hits.last().filter(|_| more).cloned();
        (hits.into_iter().map(|hit| hit.id).collect(), next)
    }
}

/// Whether a matter `m` with what is searched of it, `s`, is what is asked for.
pub(super) fn hit(filter: &Filter, wanted: &Wanted, seen: &str) -> String {
    format!("{} and {} and {seen}", holds(wanted), filter.condition())
}

#[cfg(test)]
mod tests {
    use zongheng_core::ids::DivisionCode;
    use zongheng_core::matter::Key;

    use super::*;
    use crate::db::run;
    use crate::dialect::question;
    use crate::open::{Options, Store};
    use crate::register::choose::choose;
    use crate::search::{Document, Question, statements};

    const ORDERS: [(Order, &str); 4] = [
        (Order::Due, "due, id"),
        (Order::Newest, "created desc, id desc"),
        (Order::Oldest, "created, id"),
        (Order::Updated, "updated desc, id desc"),
    ];

    /// Ninety matters: every second speaks of lamps, every thirtieth of a crane.
    async fn filled(store: &Store, county: &DivisionCode) {
        let mut tx = store.db().begin().await.unwrap();
        let mut documents = Vec::new();
        for n in 0..90_u128 {
            let id = uuid::Uuid::from_u128(n * 7919 % 90).to_string();
            let words = [(2, "路灯"), (30, "白鹳")]
                .map(|(every, word)| if n % every == 0 { word } else { "" });
            documents.push(Document {
                matter: id.clone(),
                keys: String::new(),
                text: format!("事项 {}", words.concat()),
            });
            let sql = format!(
                "insert into matter (county, id, no, playbook, category, source, state, lamp, round, owner_unit, \
                 owner_post, lead_unit, division, township, grid, parent, main, restricted, due, due_stage, \
                 due_provisional, seq, head, created, updated, title, next_tick, fold_v, fold) values \
                 ($1, $2, $2, '', '', '', 'filed', 'green', 1, '', '', '', '', '', '', '', '', 0, {}, '', 0, 1, '', \
                 {}, {}, '', 0, 0, 'null')",
                n / 4,
                100 - n / 3,
                n % 10,
            );
            run!(tx.on(), &sql, county.as_str(), &id).unwrap();
            let sql = "insert into audience (county, key, matter, due, created) \
                select county, 'county', id, due, created from matter where county = $1 and id = $2";
            run!(tx.on(), sql, county.as_str(), &id).unwrap();
        }
        let documents: Vec<&Document> = documents.iter().collect();
        for statement in statements(store, county.as_str(), &documents).unwrap() {
            statement.run(tx.on()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Whichever way a page is found, pages join without gap or repeat, in the order of the list.
    #[tokio::test]
    async fn pages_join_whichever_way_they_are_found() {
        let file = std::env::temp_dir().join(format!("zongheng-words-{}.db", uuid::Uuid::now_v7()));
        let store =
            Store::open(&format!("sqlite:{}", file.display()), &Options::default()).await.unwrap();
        let (county, keys) = (DivisionCode::from("411524000000"), [Key::County]);
        filled(&store, &county).await;
        let mut tx = store.db().snapshot().await.unwrap();
        for (query, matters) in [("路灯", 45), ("白鹳", 3), ("路灯 白鹳", 3), ("麒麟", 0)]
        {
            let wanted: Wanted = query.parse().unwrap();
            let filter = Filter { q: Some(wanted.clone()), ..Filter::default() };
            let asked = Question::new(county.as_str(), &keys, &filter, &wanted);
            for (order, by) in ORDERS {
                let sql = format!(
                    "select m.id from matter m join search s on s.matter = m.id where {} order by {by}",
                    holds(&wanted),
                );
                let all = rows!(tx.on(), (String,), &sql).unwrap();
                let all: Vec<String> = all.into_iter().map(|(id,)| id).collect();
                assert_eq!(all.len(), matters, "{query}");
                for (first, few, places) in [(100, 5, 100), (10, 50, 90), (10, 2, 90), (10, 2, 30)]
                {
                    let source =
                        choose(tx.on(), &county, &keys, (&filter, None), order).await.unwrap();
                    let (county, keys, filter) = (&county, &keys, &filter);
                    let asked_of =
                        Asked { county, keys, filter, order, source: &source, most: None };
                    let search = Search {
                        asked: &asked_of,
                        wanted: &wanted,
                        question: question(store.db(), &asked),
                        bounds: Bounds { first, then: [(few, 20), (few + 1, places)] },
                    };
                    let (mut found, mut after) = (Vec::new(), None);
                    loop {
                        let (ids, next) = search.page(&mut tx, after, 4).await.unwrap();
                        assert!(ids.len() <= 4);
                        found.extend(ids);
                        after = next;
                        if after.is_none() {
                            break;
                        }
                    }
                    assert_eq!(found, all, "{query} {order:?} {first} {few} {places}");
                }
            }
        }
        drop(tx);
        store.close().await;
        drop(std::fs::remove_file(file));
    }
}
