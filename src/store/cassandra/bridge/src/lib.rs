//! CQL for C++: prepared statements in, raw column values out, through the scylla driver.
//!
//! It knows nothing of what Playhead stores: statements, schema and the meaning of columns are the C++ side's. Values
//! cross in the protocol's own encoding (a four-byte length, then the bytes), so nothing is translated on the way.
//! Every request is a task of the runtime's few threads, which also call its `Answer`; no call here waits for the
//! database except those that say so.

mod errors;
mod options;
mod session;
mod values;

use session::Session;

#[cxx::bridge(namespace = "playhead::store::cql")]
mod ffi {
    /// See CassandraOptions in store/cassandra/options.h.
    struct Options {
        contact_points: Vec<String>,
        local_datacenter: String,
        keyspace: String,
        consistency: String,
        user: String,
        password: String,
        tls: bool,
        ca_file: String,
        cert_file: String,
        key_file: String,
        connect_timeout_ms: u64,
        request_timeout_ms: u64,
        page_rows: i32,
        threads: usize,
    }

    #[repr(u8)]
    enum Outcome {
        Done,
        /// The database could not be asked, or could not do it now: the same may be tried again.
        Unavailable,
        /// The database understood and will never do it.
        Refused,
    }

    struct Status {
        outcome: Outcome,
        detail: String,
        /// What prepare() calls the statement from here on.
        prepared: usize,
    }

    struct Statement<'a> {
        prepared: usize,
        /// Each bound value in the protocol's encoding.
        values: &'a [u8],
    }

    struct Column<'a> {
        is_null: bool,
        bytes: &'a [u8],
    }

    unsafe extern "C++" {
        include!("store/cassandra/cql_answer.h");

        /// Destroyed without end() when a request is dropped.
        type Answer;
        fn row(self: Pin<&mut Answer>, columns: &[Column]);
        fn end(self: Pin<&mut Answer>, outcome: Outcome, detail: &str);
    }

    extern "Rust" {
        type Session;

        /// Fails on options that can't be right: a file that is no certificate, an unknown consistency.
        fn open(options: &Options) -> Result<Box<Session>>;

        /// Waits. May be repeated until it succeeds; before that nothing else may be called.
        fn connect(self: &mut Session) -> Status;
        /// Waits.
        fn prepare(self: &mut Session, statement: &str) -> Status;
        /// Waits: a statement that changes the schema, until all nodes agree on it.
        fn change_schema(self: &Session, statement: &str) -> Status;

        /// Several statements are one unlogged batch: of one partition, so one mutation. Any thread.
        fn write(self: &Session, statements: &[Statement], answer: UniquePtr<Answer>);
        /// Any thread.
        fn query(self: &Session, statement: &Statement, answer: UniquePtr<Answer>);
    }
}

// SAFETY: an Answer is made on one thread and handed to one task, which alone calls it until it destroys it.
unsafe impl Send for ffi::Answer {}

fn open(options: &ffi::Options) -> Result<Box<Session>, String> {
    Session::open(options).map(Box::new)
}
