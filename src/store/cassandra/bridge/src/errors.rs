//! Which of the driver's errors are worth trying again, and a sentence for each.

use std::error::Error;

use scylla::errors::{DbError, ExecutionError, RequestAttemptError};

use crate::ffi::{Outcome, Status};

pub fn done() -> Status {
    prepared(0)
}

pub fn prepared(prepared: usize) -> Status {
    Status { outcome: Outcome::Done, detail: String::new(), prepared }
}

pub fn refused(detail: String) -> Status {
    Status { outcome: Outcome::Refused, detail, prepared: 0 }
}

pub fn unavailable(detail: &str) -> Status {
    Status { outcome: Outcome::Unavailable, detail: detail.to_owned(), prepared: 0 }
}

/// Of an executed statement. Only what is wrong with these very values is refused for good; that the schema or a
/// permission is missing may be mended, so it counts as unavailable.
pub fn of_execution(error: &ExecutionError) -> Status {
    let refused = matches!(
        error,
        ExecutionError::BadQuery(_)
            | ExecutionError::LastAttemptError(RequestAttemptError::DbError(DbError::Invalid, _))
    );
    Status {
        outcome: if refused { Outcome::Refused } else { Outcome::Unavailable },
        detail: sentence(error),
        prepared: 0,
    }
}

/// Of connecting, preparing and changing the schema: refused is what the server itself said no to.
pub fn of_setup(error: &(dyn Error + 'static)) -> Status {
    let refused = db_error(error).is_some_and(|error| {
        matches!(
            error,
            DbError::AuthenticationError
                | DbError::Unauthorized
                | DbError::Invalid
                | DbError::SyntaxError
                | DbError::ConfigError
                | DbError::AlreadyExists { .. }
        )
    });
    Status {
        outcome: if refused { Outcome::Refused } else { Outcome::Unavailable },
        detail: sentence(error),
        prepared: 0,
    }
}

/// What the server itself said, somewhere below the driver's layers.
fn db_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a DbError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<DbError>() {
            return Some(found);
        }
        if let Some(RequestAttemptError::DbError(found, _)) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The server's own words where there are any, else the driver's text, which names what caused what. Without a full
/// stop.
fn sentence(error: &(dyn Error + 'static)) -> String {
    let text = match error.downcast_ref() {
        Some(ExecutionError::LastAttemptError(RequestAttemptError::DbError(DbError::Invalid, message))) => {
            message.clone()
        }
        _ => error.to_string(),
    };
    text.trim_end_matches('.').to_owned()
}
