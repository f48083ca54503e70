#include "apply/overlaid_store.h"

#include <utility>

#include "apply/merged_rows.h"

namespace playhead::apply {

void OverlaidStore::read(store::Query query, ReadDone done) {
  // The view first: the other order loses what is flushed in between.
  auto unflushed = view_.copy(query);
  if (unflushed.empty()) return store_.read(std::move(query), std::move(done));
  store_.read(std::move(query),
              [unflushed = std::move(unflushed), done = std::move(done)](Result<store::Rows> stored) mutable {
                if (!stored) return done(std::move(stored));
                done(merged_rows(std::move(*stored), unflushed));
              });
}

}  // namespace playhead::apply
