//! A small world of a few matters that have to do with one another.

use std::rc::Rc;

use zongheng_core::ids::MatterId;
use zongheng_core::matter::{Actor, Ask, Command, Kin, Matter, Refusal, State};

use super::story::Story;
use super::world::WORLD;

pub(crate) struct Family {
    pub(crate) stories: Vec<Story>,
}

impl Family {
    pub(crate) const fn new(stories: Vec<Story>) -> Self {
        Self { stories }
    }

    pub(crate) fn matter(&self, i: usize) -> &Matter {
        &self.stories[i].matter
    }

    pub(crate) fn id(&self, i: usize) -> MatterId {
        self.matter(i).id
    }

    /// The matter looks around at the others as they stand now.
    pub(crate) fn look_around(&mut self, i: usize) {
        let others = self.stories.iter().enumerate().filter(|(k, _)| *k != i);
        let others: Vec<&Matter> = others.map(|(_, story)| &story.matter).collect();
        let around = others.iter().map(|matter| matter.id).collect();
        let kin = Rc::new(Kin::new(others.into_iter().cloned()));
        let story = &mut self.stories[i];
        (story.kin, story.around) = (kin, around);
    }

    pub(crate) fn ask(&mut self, i: usize, actor: &Actor, ask: &Ask) -> Result<State, Refusal> {
        self.look_around(i);
        let state = self.stories[i].ask(actor, ask)?;
        let born = std::mem::take(&mut self.stories[i].born);
        self.stories.extend(born);
        Ok(state)
    }

    /// The clock goes on for all of them.
    pub(crate) fn on(&mut self, now: &str) -> &mut Self {
        for story in &mut self.stories {
            story.on(now);
        }
        self
    }

    fn by_post(&mut self, i: usize, post: &str, command: Command) -> Result<State, Refusal> {
        let actor = WORLD.actor(post, self.stories[i].now);
        self.ask(i, &actor, &Ask { act: command.act(), seq: None, command: Ok(command) })
    }

    pub(crate) fn done(
        &mut self,
        i: usize,
        post: &str,
        command: Command,
        state: State,
    ) -> &mut Self {
        let act = command.act();
        assert_eq!(self.by_post(i, post, command), Ok(state), "{post}: {act}");
        let matter = self.matter(i);
        assert_eq!(matter.owner.is_some(), state.is_open(), "{post}: {act}");
        assert_eq!(matter.next().is_some(), state.is_open(), "{post}: {act}");
        self
    }

    pub(crate) fn refused(&mut self, i: usize, post: &str, command: Command) -> Refusal {
        let before = self.matter(i).clone();
        let refusal = self.by_post(i, post, command).expect_err(post);
        assert_eq!(*self.matter(i), before, "a refused command leaves nothing");
        refusal
    }
}
