#include "load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace playhead::load {
namespace {

constexpr unsigned kLinearBits = 7;  // 128 buckets for every doubling
constexpr std::uint64_t kLinear = std::uint64_t{1} << kLinearBits;

}  // namespace

std::size_t bucket_of(std::uint64_t ns) {
  ns = std::min(ns, kLongestNs);
  if (ns < 2 * kLinear) return ns;
  const auto shift = static_cast<unsigned>(std::bit_width(ns)) - (kLinearBits + 1);
  return shift * kLinear + (ns >> shift);
}

std::uint64_t bucket_top(std::size_t bucket) {
  if (bucket < 2 * kLinear) return bucket;
  const auto shift = bucket / kLinear - 1;
  return ((bucket - shift * kLinear + 1) << shift) - 1;
}

void Histogram::record(std::uint64_t ns, std::uint64_t times) {
  counts_[bucket_of(ns)] += times;
  count_ += times;
  sum_ns_ += ns * times;
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ns_ += other.sum_ns_;
}

void Histogram::subtract(const Histogram& earlier) {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] -= earlier.counts_[i];
  count_ -= earlier.count_;
  sum_ns_ -= earlier.sum_ns_;
}

double Histogram::mean_ns() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_ns_) / static_cast<double>(count_);
}

std::uint64_t Histogram::percentile_ns(double percent) const {
  if (count_ == 0) return 0;
  const auto rank = std::ceil(std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count_));
  const auto wanted = std::clamp(static_cast<std::uint64_t>(rank), std::uint64_t{1}, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen >= wanted) return bucket_top(i);
  }
  return kLongestNs;
}

Histogram Recorder::snapshot() const {
  Histogram out;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    out.counts_[i] = counts_[i].load(std::memory_order_relaxed);
    out.count_ += out.counts_[i];
  }
  out.sum_ns_ = sum_ns_.load(std::memory_order_relaxed);
  return out;
}

}  // namespace playhead::load
