//! A session of the driver, the statements that were prepared in it, and the runtime that both live in.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use cxx::UniquePtr;
use scylla::client::session::Session as Driver;
use scylla::client::session_builder::SessionBuilder;
use scylla::deserialize::row::ColumnIterator;
use scylla::errors::ExecutionError;
use scylla::response::PagingState;
use scylla::statement::batch::{Batch, BatchStatement, BatchType};
use scylla::statement::prepared::PreparedStatement;
use scylla::statement::unprepared::Statement as Unprepared;
use tokio::runtime::{Builder, Runtime};

use crate::errors;
use crate::ffi::{Answer, Column, Options, Outcome, Statement, Status};
use crate::options::session_builder;
use crate::values::Values;

// Creating a table waits for every node of the cluster.
const SCHEMA_TIMEOUT: Duration = Duration::from_secs(60);

pub struct Session {
    builder: SessionBuilder,
    local_datacenter: String,
    connect_timeout: Duration,
    page_rows: i32,
    driver: Option<Arc<Driver>>,
    prepared: Vec<PreparedStatement>,
    // Dropping it ends the requests that still run, which hold what they use.
    runtime: Runtime,
}

// C++ calls write() and query() from many threads.
const _: fn() = || {
    fn shared<T: Sync + Send>() {}
    shared::<Session>();
};

impl Session {
    pub fn open(options: &Options) -> Result<Session, String> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(options.threads)
            .thread_name("cassandra")
            .enable_all()
            .build()
            .map_err(|error| format!("the threads for it can't be started: {error}"))?;
        Ok(Session {
            builder: session_builder(options)?,
            local_datacenter: options.local_datacenter.clone(),
            connect_timeout: Duration::from_millis(options.connect_timeout_ms),
            page_rows: options.page_rows,
            driver: None,
            prepared: Vec::new(),
            runtime,
        })
    }

    pub fn connect(&mut self) -> Status {
        let connecting = async { tokio::time::timeout(self.connect_timeout, self.builder.build()).await };
        match self.runtime.block_on(connecting) {
            Ok(Ok(driver)) => {
                if let Some(known) = other_datacenters(&driver, &self.local_datacenter) {
                    return errors::refused(format!(
                        "no node is in the data center \"{}\", only in {known}",
                        self.local_datacenter
                    ));
                }
                self.driver = Some(Arc::new(driver));
                self.prepared.clear();
                errors::done()
            }
            Ok(Err(error)) => errors::of_setup(&error),
            Err(_) => errors::unavailable("no node answered in time"),
        }
    }

    pub fn prepare(&mut self, statement: &str) -> Status {
        let driver = self.driver();
        match self.runtime.block_on(driver.prepare(Unprepared::new(statement).with_page_size(self.page_rows))) {
            Ok(mut prepared) => {
                // Every write of ours carries its timestamp, so that twice is once.
                prepared.set_is_idempotent(true);
                self.prepared.push(prepared);
                errors::prepared(self.prepared.len() - 1)
            }
            Err(error) => errors::of_setup(&error),
        }
    }

    pub fn change_schema(&self, statement: &str) -> Status {
        let mut statement = Unprepared::new(statement);
        statement.set_request_timeout(Some(SCHEMA_TIMEOUT));
        let driver = self.driver();
        match self.runtime.block_on(driver.query_unpaged(statement, ())) {
            Ok(_) => errors::done(),
            Err(error) => errors::of_setup(&error),
        }
    }

    pub fn write(&self, statements: &[Statement], mut answer: UniquePtr<Answer>) {
        let driver = self.driver();
        if let [statement] = statements {
            let (prepared, values) = self.bind(statement);
            self.runtime.spawn(async move { end(&mut answer, driver.execute_unpaged(&prepared, values).await.err()) });
            return;
        }
        let (prepared, values): (Vec<_>, Vec<_>) = statements.iter().map(|statement| self.bind(statement)).unzip();
        let prepared = prepared.into_iter().map(BatchStatement::PreparedStatement).collect();
        let mut batch = Batch::new_with_statements(BatchType::Unlogged, prepared);
        batch.set_is_idempotent(true);
        self.runtime.spawn(async move { end(&mut answer, driver.batch(&batch, values).await.err()) });
    }

    pub fn query(&self, statement: &Statement, mut answer: UniquePtr<Answer>) {
        let driver = self.driver();
        let (prepared, values) = self.bind(statement);
        self.runtime.spawn(async move {
            let asked = pages(&driver, &prepared, &values, &mut answer).await;
            match asked {
                Ok(()) => end(&mut answer, None),
                Err(Failure::Execution(error)) => end(&mut answer, Some(error)),
                Err(Failure::Unreadable(detail)) => answer.pin_mut().end(Outcome::Unavailable, &detail),
            }
        });
    }

    fn bind(&self, statement: &Statement) -> (PreparedStatement, Values) {
        (self.prepared[statement.prepared].clone(), Values(statement.values.to_vec()))
    }

    fn driver(&self) -> Arc<Driver> {
        self.driver.clone().expect("connected before anything else")
    }
}

/// Which data centers there are, when `local` is none of them: no request would ever find a node.
fn other_datacenters(driver: &Driver, local: &str) -> Option<String> {
    let state = driver.get_cluster_state();
    let known: BTreeSet<_> = state.get_nodes_info().iter().filter_map(|node| node.datacenter.as_deref()).collect();
    if known.contains(local) {
        return None;
    }
    Some(known.into_iter().collect::<Vec<_>>().join(", "))
}

enum Failure {
    Execution(ExecutionError),
    Unreadable(String),
}

async fn pages(
    driver: &Driver,
    prepared: &PreparedStatement,
    values: &Values,
    answer: &mut UniquePtr<Answer>,
) -> Result<(), Failure> {
    let unreadable = |error: &dyn std::error::Error| Failure::Unreadable(format!("an answer can't be read: {error}"));
    let mut state = PagingState::start();
    loop {
        let (page, next) = driver.execute_single_page(prepared, values, state).await.map_err(Failure::Execution)?;
        let page = page.into_rows_result().map_err(|error| unreadable(&error))?;
        let mut columns = Vec::new();
        for row in page.rows::<ColumnIterator>().map_err(|error| unreadable(&error))? {
            columns.clear();
            for column in row.map_err(|error| unreadable(&error))? {
                let slice = column.map_err(|error| unreadable(&error))?.slice;
                columns
                    .push(Column { is_null: slice.is_none(), bytes: slice.map_or(&[][..], |slice| slice.as_slice()) });
            }
            answer.pin_mut().row(&columns);
        }
        match next.into_paging_control_flow() {
            ControlFlow::Break(()) => return Ok(()),
            ControlFlow::Continue(next) => state = next,
        }
    }
}

fn end(answer: &mut UniquePtr<Answer>, error: Option<ExecutionError>) {
    let status = error.as_ref().map_or_else(errors::done, errors::of_execution);
    answer.pin_mut().end(status.outcome, &status.detail);
}
