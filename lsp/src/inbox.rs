//! What has come from the editor and waits for its turn.

use std::collections::{HashSet, VecDeque};

use crossbeam_channel::Receiver;
use lsp_server::{Message, RequestId};
use serde_json::Value;

use crate::connection::Event;
use crate::messages::noted;

/// How many messages are taken out of the connection before their turn, to see which are cancelled. An editor
/// that sends more has to wait.
const MOST_WAITING: usize = 256;

/// What has come from the editor and waits for its turn.
#[derive(Debug)]
pub(crate) struct Inbox {
    events: Receiver<Event>,
    waiting: VecDeque<Event>,
    /// Those of the waiting requests whose answers nobody wants any more.
    cancelled: HashSet<RequestId>,
}

impl Inbox {
    /// Nothing has come.
    pub(crate) fn new(events: Receiver<Event>) -> Self {
        Self { events, waiting: VecDeque::new(), cancelled: HashSet::new() }
    }

    /// What comes next, in order; waits for it. None when nobody is left to say anything.
    pub(crate) fn next(&mut self) -> Option<Event> {
        loop {
            while self.waiting.len() < MOST_WAITING
                && let Ok(event) = self.events.try_recv()
            {
                self.take_in(event);
            }
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let event = self.events.recv().ok()?;
            self.take_in(event);
        }
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.events.is_empty()
    }

    /// Whether the request `id`, the turn of which it is, was cancelled.
    pub(crate) fn is_cancelled(&mut self, id: &RequestId) -> bool {
        self.cancelled.remove(id)
    }

    fn take_in(&mut self, event: Event) {
        match event {
            Event::Message(Message::Notification(it)) if it.method == "$/cancelRequest" => {
                self.cancel(it.params);
            }
            // Nobody waits for any answer.
            Event::ParentGone => self.waiting.push_front(Event::ParentGone),
            event => self.waiting.push_back(event),
        }
    }

    /// What was answered already, cannot be cancelled.
    fn cancel(&mut self, mut params: Value) {
        let id = params.get_mut("id").map(Value::take).unwrap_or_default();
        let Some(id) = noted::<RequestId>("$/cancelRequest", id) else { return };
        let is_it =
            |event: &Event| matches!(event, Event::Message(Message::Request(it)) if it.id == id);
        if self.waiting.iter().any(is_it) {
            self.cancelled.insert(id);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crossbeam_channel::{Sender, unbounded};
    use lsp_server::{Notification, Request};
    use serde_json::json;

    fn inbox() -> (Sender<Event>, Inbox) {
        let (send, events) = unbounded();
        (send, Inbox::new(events))
    }

    fn request(id: i32) -> Event {
        Event::Message(Request::new(id.into(), "some".to_owned(), ()).into())
    }

    fn cancel(id: i32) -> Event {
        let params = json!({ "id": id });
        Event::Message(Notification::new("$/cancelRequest".to_owned(), params).into())
    }

    fn next(inbox: &mut Inbox) -> Option<(RequestId, bool)> {
        let Some(Event::Message(Message::Request(Request { id, .. }))) = inbox.next() else {
            return None;
        };
        let is_cancelled = inbox.is_cancelled(&id);
        Some((id, is_cancelled))
    }

    #[test]
    fn what_waits_can_be_cancelled() {
        let (send, mut inbox) = inbox();
        for event in [request(1), request(2), request(3), cancel(2)] {
            send.send(event).unwrap();
        }
        assert_eq!(next(&mut inbox), Some((1.into(), false)));
        send.send(cancel(3)).unwrap();
        assert_eq!(next(&mut inbox), Some((2.into(), true)));
        assert_eq!(next(&mut inbox), Some((3.into(), true)), "it came while another was answered");
        assert!(inbox.is_empty());
    }

    #[test]
    fn what_was_answered_cannot_be_cancelled() {
        let (send, mut inbox) = inbox();
        send.send(request(1)).unwrap();
        assert_eq!(next(&mut inbox), Some((1.into(), false)));
        send.send(cancel(1)).unwrap();
        send.send(request(1)).unwrap();
        assert_eq!(next(&mut inbox), Some((1.into(), false)));
        assert!(inbox.cancelled.is_empty());
    }

    #[test]
    fn nobody_waits_for_answers_when_the_parent_is_gone() {
        let (send, mut inbox) = inbox();
        for event in [request(1), request(2), Event::ParentGone] {
            send.send(event).unwrap();
        }
        assert!(matches!(inbox.next(), Some(Event::ParentGone)));
    }
}
