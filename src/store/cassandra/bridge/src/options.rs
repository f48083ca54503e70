//! From options as text to the driver's own types.

use std::time::Duration;

use openssl::ssl::{SslConnector, SslFiletype, SslMethod};
use scylla::client::execution_profile::{ExecutionProfile, ExecutionProfileHandle};
use scylla::client::session::TlsContext;
use scylla::client::session_builder::SessionBuilder;
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::statement::Consistency;

use crate::ffi::Options;

// A connection that answers nothing for twice this is given up, so that a machine that vanished is not waited for.
const KEEPALIVE: Duration = Duration::from_secs(5);

fn consistency(name: &str) -> Result<Consistency, String> {
    Ok(match name {
        "local_quorum" => Consistency::LocalQuorum,
        "quorum" => Consistency::Quorum,
        "each_quorum" => Consistency::EachQuorum,
        "local_one" => Consistency::LocalOne,
        "one" => Consistency::One,
        "all" => Consistency::All,
        _ => return Err(format!("there is no consistency \"{name}\"; local_quorum is the usual one")),
    })
}

fn profile(options: &Options) -> Result<ExecutionProfileHandle, String> {
    // Another data center is no substitute: its quorum is not ours, and whoever fails over does it in front of us.
    let balancing = DefaultPolicy::builder()
        .prefer_datacenter(options.local_datacenter.clone())
        .token_aware(true)
        .permit_dc_failover(false)
        .build();
    let profile = ExecutionProfile::builder()
        .consistency(consistency(&options.consistency)?)
        .request_timeout(Some(Duration::from_millis(options.request_timeout_ms)))
        .load_balancing_policy(balancing)
        .build();
    Ok(profile.into_handle())
}

fn tls(options: &Options) -> Result<TlsContext, String> {
    let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(|error| error.to_string())?;
    if !options.ca_file.is_empty() {
        builder
            .set_ca_file(&options.ca_file)
            .map_err(|error| format!("{} is no file of certificates: {error}", options.ca_file))?;
    }
    if !options.cert_file.is_empty() {
        builder
            .set_certificate_chain_file(&options.cert_file)
            .map_err(|error| format!("{} is no certificate: {error}", options.cert_file))?;
        builder
            .set_private_key_file(&options.key_file, SslFiletype::PEM)
            .map_err(|error| format!("{} is no private key for the certificate: {error}", options.key_file))?;
    }
    Ok(builder.into())
}

pub fn session_builder(options: &Options) -> Result<SessionBuilder, String> {
    let mut builder = SessionBuilder::new()
        .known_nodes(&options.contact_points)
        .default_execution_profile_handle(profile(options)?)
        .connection_timeout(Duration::from_millis(options.connect_timeout_ms))
        .keepalive_interval(KEEPALIVE)
        .keepalive_timeout(KEEPALIVE)
        .keyspaces_to_fetch([options.keyspace.clone()]);
    if !options.user.is_empty() {
        builder = builder.user(&options.user, &options.password);
    }
    if options.tls {
        builder = builder.tls_context(Some(tls(options)?));
    }
    Ok(builder)
}
