//! What is known in memory, and the look-ups that run.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use dashmap::DashMap;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use tokio::runtime::Handle;
use tokio::sync::broadcast;

use super::answer::{Answer, Event, News, Origin};
use super::client::Client;
use super::downloads::Downloads;
use super::error::Error;
use super::json;
use super::network::{Mode, Need, Settings, Subject as About, Withheld};
use super::parts::{Parts, Question, Subject};

/// What is on the disk is looked at again after this.
const GOOD_FOR: Duration = Duration::from_secs(30);
/// What could not be had is tried again after this, when somebody asks.
const TROUBLE_FOR: Duration = Duration::from_secs(10);
/// More repositories are not kept in memory.
const MOST_RECORDS: usize = 2_000;

/// What look-ups work with.
#[derive(Debug)]
pub struct Desk {
    pub(super) settings: Arc<Settings>,
    pub(super) client: Arc<Client>,
    pub(super) downloads: Option<Downloads>,
    pub(super) runtime: Handle,
    pub(super) news: broadcast::Sender<News>,
}

type Key = (String, Option<String>);
type Flight = Shared<BoxFuture<'static, ()>>;

/// What is known of the repositories of one kind.
#[derive(Debug)]
pub struct Shelf<S> {
    records: DashMap<Key, Record<S>>,
}

impl<S> Default for Shelf<S> {
    fn default() -> Self {
        Self {
            records: DashMap::new(),
        }
    }
}

#[derive(Debug)]
struct Record<S> {
    answer: Answer<S>,
    /// Until it is looked at again.
    good: Instant,
    /// The look-up that runs.
    flight: Option<Flight>,
}

/// What the answers so far make, and whether asking again would be of use.
struct Known<S> {
    answer: Answer<S>,
    is_fresh: bool,
}

impl<S: Subject> Shelf<S> {
    /// What is known now; starts a look-up where one is of use and allowed.
    pub fn ask(self: &Arc<Self>, desk: &Arc<Desk>, question: &Question, need: Need) -> Answer<S> {
        if desk.settings.mode() == Mode::Off {
            return Answer::refused(Withheld::Off);
        }
        let key = key(question);
        if let Some(record) = self.records.get(&key).filter(|it| it.is_good(desk, need)) {
            return record.answer.clone();
        }
        let Known {
            mut answer,
            is_fresh,
        } = desk.known::<S>(question);
        self.make_room();
        let mut record = self.records.entry(key).or_insert_with(Record::empty);
        if record.flight.is_some() {
            return record.answer.clone();
        }
        answer.keep_better(&record.answer);
        record.good = Instant::now() + GOOD_FOR;
        if !is_fresh {
            match desk.settings.allows(About::Repository, need) {
                Ok(()) => {
                    answer.pending = true;
                    record.flight = Some(Arc::clone(self).begin(desk, question.clone(), need));
                }
                Err(withheld) => answer.trouble = Some(withheld.into()),
            }
        }
        record.answer = answer.clone();
        answer
    }

    /// What is known when the look-up has ended.
    pub async fn wait(
        self: &Arc<Self>,
        desk: &Arc<Desk>,
        question: &Question,
        need: Need,
    ) -> Answer<S> {
        let answer = self.ask(desk, question, need);
        let flight = self
            .records
            .get(&key(question))
            .and_then(|record| record.flight.clone());
        let Some(flight) = flight else { return answer };
        flight.await;
        let record = self.records.get(&key(question));
        record.map_or(answer, |record| record.answer.clone())
    }

    fn begin(self: Arc<Self>, desk: &Arc<Desk>, question: Question, need: Need) -> Flight {
        let desk = Arc::clone(desk);
        let runtime = desk.runtime.clone();
        let task = runtime.spawn(async move {
            desk.tell::<S>(&question, Event::Begun);
            // Whatever happens in it, the look-up ends: others would wait for ever.
            let answer = AssertUnwindSafe(desk.look_up::<S>(&question, need)).catch_unwind();
            let mut answer = answer
                .await
                .unwrap_or_else(|_| Answer::refused(Error::Unreadable));
            let wait = answer
                .trouble
                .as_ref()
                .map_or(GOOD_FOR, |trouble| trouble.stands().unwrap_or(TROUBLE_FOR));
            let mut record = self
                .records
                .entry(key(&question))
                .or_insert_with(Record::empty);
            let before = std::mem::take(&mut record.answer);
            answer.keep_better(&before);
            *record = Record {
                answer,
                good: Instant::now() + wait,
                flight: None,
            };
            drop(record);
            desk.tell::<S>(&question, Event::Done);
        });
        task.map(|_| ()).boxed().shared()
    }

    /// Forgets what nobody waits for, once it is too much.
    fn make_room(&self) {
        if self.records.len() >= MOST_RECORDS {
            self.records.retain(|_, record| record.flight.is_some());
        }
    }
}

impl<S> Record<S> {
    fn empty() -> Self {
        Self {
            answer: Answer::default(),
            good: Instant::now(),
            flight: None,
        }
    }

    /// Whether it is the answer for that need: a look-up runs, or it is not time for another look. What was
    /// withheld from a check may be given to a user who asks.
    fn is_good(&self, desk: &Desk, need: Need) -> bool {
        let withheld = matches!(self.answer.trouble, Some(Error::Withheld(_)));
        let may_be_more = withheld && desk.settings.allows(About::Repository, need).is_ok();
        self.flight.is_some() || (self.good > Instant::now() && !may_be_more)
    }
}

impl<T> Answer<T> {
    /// Keeps the facts of an earlier answer where this one knows less: a failure does not unmake what was known.
    fn keep_better(&mut self, before: &Self) {
        if before.origin > self.origin {
            self.facts = before.facts.clone();
            self.origin = before.origin;
            self.asked = before.asked;
        }
    }
}

impl Desk {
    /// What lies on this machine. Reads a few small files.
    fn known<S: Subject>(&self, question: &Question) -> Known<S> {
        let mut parts = self.downloaded::<S>(question);
        // When the first answer, which is the Hub's own, was given.
        let mut asked = None;
        let mut is_fresh = true;
        loop {
            let (slot, request) = match S::next(&self.settings, question, &parts) {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(error) => {
                    parts.info = Some(Err(error));
                    break;
                }
            };
            let Some((entry, fresh)) = self.client.stored(&request) else {
                is_fresh = false;
                break;
            };
            is_fresh &= fresh;
            asked = asked.or(Some(entry.asked));
            parts.put(slot, json::parse(&entry.body).ok_or(Error::Unreadable));
        }
        Known {
            answer: answer(&parts, asked),
            is_fresh,
        }
    }

    /// Asks for everything that is missing or old.
    async fn look_up<S: Subject>(&self, question: &Question, need: Need) -> Answer<S> {
        let mut parts = self.downloaded::<S>(question);
        // When the first answer, which is the Hub's own, was given.
        let mut asked = None;
        loop {
            let (slot, request) = match S::next(&self.settings, question, &parts) {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(error) => {
                    parts.info = Some(Err(error));
                    break;
                }
            };
            let fetched = self.client.fetch(request, need).await;
            let value = fetched.and_then(|entry| {
                asked = asked.or(Some(entry.asked));
                json::parse(&entry.body).ok_or(Error::Unreadable)
            });
            parts.put(slot, value);
        }
        answer(&parts, asked)
    }

    fn downloaded<S: Subject>(&self, question: &Question) -> Parts {
        let snapshot = self.downloads.as_ref().and_then(|downloads| {
            downloads.snapshot(S::KIND, &question.id, question.revision.as_deref())
        });
        Parts {
            snapshot,
            ..Parts::default()
        }
    }

    fn tell<S: Subject>(&self, question: &Question, event: Event) {
        let Question { id, revision } = question.clone();
        // Nobody may be listening.
        let _ = self.news.send(News {
            kind: S::KIND,
            id,
            revision,
            event,
        });
    }
}

fn key(question: &Question) -> Key {
    (question.id.as_str().to_owned(), question.revision.clone())
}

fn answer<S: Subject>(parts: &Parts, asked: Option<SystemTime>) -> Answer<S> {
    let facts = S::compose(parts);
    let origin = match (&facts, parts.common()) {
        (None, _) => Origin::Nowhere,
        (Some(_), None) => Origin::Downloads,
        (Some(_), Some(_)) => Origin::Hub,
    };
    Answer {
        facts: facts.map(Arc::new),
        origin,
        asked,
        pending: false,
        trouble: parts.trouble().cloned(),
    }
}
