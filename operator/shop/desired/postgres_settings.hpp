#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace shop::desired {

/// What PostgreSQL's container and volume may use.
struct PostgresLimits {
  std::int64_t memory_bytes;
  std::int64_t volume_bytes;
  bool operator==(const PostgresLimits&) const = default;
};

/// The settings of PostgreSQL that follow from its limits, in the units of postgresql.conf. Shares of memory
/// as PostgreSQL's manual recommends (chapter Resource Consumption): a quarter for shared_buffers, three
/// quarters expected to be cached; work_mem such that 64 sorts at once fit into a quarter.
std::vector<std::pair<std::string, std::string>> tuned(const PostgresLimits& limits);

}  // namespace shop::desired
