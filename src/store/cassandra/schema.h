#pragma once

// What Playhead keeps in its keyspace:
//
//   items: a partition a user, a row an item, a cell a register (its blob, with the version's timestamp); static
//          erased_up_to, the user's kErased.
//   meta:  facts by name: the format's number, the ordering mode, and what else the cluster was made for.
//
// Neither table may have a time to live: an expiring cell wins over a lasting one of the same timestamp, whatever
// their values.

#include <map>
#include <string>

#include "base/error.h"
#include "store/cassandra/cql_session.h"
#include "store/cassandra/options.h"

namespace playhead::store {

// Greater with each change that an older program can't work with.
inline constexpr int kSchemaFormat = 1;

// Creates what is missing, with `replicas` nodes in each data center; what is there and differs in ordering or facts
// is refused. May be repeated. Connects on its own; for `playhead schema`. Format 1 is the first: a step from one
// format to the next goes here.
Result<void> create_schema(const CassandraOptions& options, const std::map<std::string, int>& replicas);

// Whether this program may write there as it is set up. One sentence says what is wrong and what to do.
Result<void> check_schema(CqlSession& session, const CassandraOptions& options);

}  // namespace playhead::store
