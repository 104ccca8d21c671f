//! What the desktop tells about the person being away: the machine goes to sleep, the session or the screen is locked.
//!
//! On Linux these are signals of logind and of the screen savers. Elsewhere, and where no such service runs, waking up is noticed
//! by the clock (see [`Clock`]); the idle lock holds everywhere.

use std::time::{Duration, SystemTime};

/// Beyond what was waited for, so much time must have passed for the machine to have slept.
const SLEPT: Duration = Duration::from_secs(30);

/// Notices that the machine slept between two looks.
pub struct Clock {
    last: SystemTime,
    every: Duration,
}

impl Clock {
    /// A clock that is looked at this often.
    pub fn new(every: Duration) -> Self {
        Self { last: SystemTime::now(), every }
    }

    /// Whether the machine slept since the last look. Only the wall clock goes on while it sleeps, so it is asked here beside
    /// the host's clock.
    pub fn slept(&mut self) -> bool {
        self.look(SystemTime::now())
    }

    /// Whether much more time passed since the last look than there should have. A clock that was set back shows nothing.
    fn look(&mut self, now: SystemTime) -> bool {
        let passed = now.duration_since(self.last).unwrap_or_default();
        self.last = now;
        passed > self.every + SLEPT
    }
}

/// Calls `away` whenever the desktop says that the person is away. To be called on the thread of the window.
#[cfg(target_os = "linux")]
pub fn watch(away: impl Fn() + Clone + 'static) {
    use std::cell::RefCell;

    thread_local! {
        // The connections end, and with them the signals, when nobody holds them.
        static HELD: RefCell<Vec<gio::DBusConnection>> = const { RefCell::new(Vec::new()) };
    }
    const SLEEP: (&str, &str) = ("org.freedesktop.login1.Manager", "PrepareForSleep");
    const LOCK: (&str, &str) = ("org.freedesktop.login1.Session", "Lock");
    const SAVERS: [(&str, &str); 4] = [
        ("org.freedesktop.ScreenSaver", "ActiveChanged"),
        ("org.gnome.ScreenSaver", "ActiveChanged"),
        ("org.cinnamon.ScreenSaver", "ActiveChanged"),
        ("org.mate.ScreenSaver", "ActiveChanged"),
    ];
    let buses = [(gio::BusType::System, vec![SLEEP, LOCK]), (gio::BusType::Session, SAVERS.to_vec())];
    for (bus, signals) in buses {
        // Without such a bus there is nobody who could tell.
        let Ok(connection) = gio::bus_get_sync(bus, gio::Cancellable::NONE) else { continue };
        // The end of a bus is no reason to end the program.
        connection.set_exit_on_close(false);
        for (interface, member) in signals {
            let away = away.clone();
            let flags = gio::DBusSignalFlags::NONE;
            connection.signal_subscribe(
                None,
                Some(interface),
                Some(member),
                None,
                None,
                flags,
                move |_, _, _, _, _, said| {
                    // "Lock" says nothing more; the others say whether it begins or ends.
                    let begins = said.n_children() == 0 || said.child_value(0).get::<bool>().unwrap_or(true);
                    if begins {
                        away();
                    }
                },
            );
        }
        HELD.with_borrow_mut(|held| held.push(connection));
    }
}

/// Elsewhere the desktop is not asked.
#[cfg(not(target_os = "linux"))]
pub fn watch(_away: impl Fn() + Clone + 'static) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_between_two_looks_is_sleep_and_a_clock_set_back_is_not() {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let mut clock = Clock { last: start, every: Duration::from_secs(5) };
        assert!(!clock.look(start + Duration::from_secs(6)));
        assert!(!clock.look(start + Duration::from_secs(34)));
        assert!(clock.look(start + Duration::from_secs(90)));
        assert!(!clock.look(start));
        assert!(!clock.look(start + Duration::from_secs(5)));
    }
}
