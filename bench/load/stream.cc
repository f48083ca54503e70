#include "load/stream.h"

#include <algorithm>
#include <utility>

namespace playhead::load {

void Errors::add(const std::string& kind, std::string_view detail, std::uint64_t times) {
  const std::scoped_lock lock(mutex_);
  auto& entry = kinds_[kind];
  if (entry.count == 0) entry.first = detail;
  entry.count += times;
}

std::map<std::string, Errors::Kind> Errors::kinds() const {
  const std::scoped_lock lock(mutex_);
  return kinds_;
}

Stream::Stream(const StreamPlan& plan, Pattern pattern, std::uint64_t seed)
    : plan_(plan),
      pattern_(std::move(pattern)),
      sequence_(plan.viewers, plan.order, seed),
      interval_ns_(plan.rate > 0 ? 1e9 / plan.rate : 0) {}

Result<Stream> Stream::create(const StreamPlan& plan, std::uint64_t seed) {
  auto pattern = Pattern::parse(plan.request, std::max<std::size_t>(1, plan.updates));
  if (!pattern) return std::unexpected(std::move(pattern.error()));
  return Stream(plan, std::move(*pattern), seed);
}

std::string_view Stream::next_request(std::int64_t wall_ms) {
  values_[Field::kTimestamp] = static_cast<std::uint64_t>(wall_ms);
  for (std::size_t i = 0; i < pattern_.updates(); ++i) {
    sequence_.next(values_);
    pattern_.patch(i, values_);
  }
  ++begun_;
  return pattern_.bytes();
}

std::string_view Stream::fault_of(const Response& response) const {
  const bool status_ok =
      plan_.status == 0 ? response.status >= 200 && response.status < 300 : response.status == plan_.status;
  if (!status_ok) return "status";
  if (!plan_.expect.empty() && response.body.find(plan_.expect) == std::string_view::npos) return "body";
  return {};
}

}  // namespace playhead::load
