#include "store/cassandra/cql_answer.h"

#include <playhead-cql/src/lib.rs.h>

namespace playhead::store::cql {

Answer::~Answer() {
  if (end_) end_(Outcome::Unavailable, "the request was dropped");
}

}  // namespace playhead::store::cql
