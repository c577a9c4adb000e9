#include "operator/shop/desired/postgres_settings.hpp"

#include <algorithm>

namespace shop::desired {
namespace {

constexpr std::int64_t kb = 1024;
constexpr std::int64_t mb = 1024 * kb;
constexpr std::int64_t gb = 1024 * mb;

std::string in_kb(std::int64_t bytes) { return std::to_string(bytes / kb) + "kB"; }
std::string in_mb(std::int64_t bytes) { return std::to_string(bytes / mb) + "MB"; }

}  // namespace

std::vector<std::pair<std::string, std::string>> tuned(const PostgresLimits& limits) {
  const auto memory = limits.memory_bytes;
  // Larger than this more of it gains nothing; smaller than this PostgreSQL does not start.
  const auto buffers = std::clamp(memory / 4, 16 * mb, 16 * gb);
  // A checkpoint is due when so much WAL has been written; on a small volume it leaves room for data.
  const auto wal = std::clamp(limits.volume_bytes / 8, 96 * mb, 8 * gb);
  return {{"shared_buffers", in_mb(buffers)},
          {"effective_cache_size", in_mb(std::max(memory / 4 * 3, buffers))},
          {"work_mem", in_kb(std::clamp(memory / 4 / 64, 1 * mb, 64 * mb))},
          {"maintenance_work_mem", in_mb(std::clamp(memory / 16, 16 * mb, 1 * gb))},
          {"max_wal_size", in_mb(wal)},
          {"min_wal_size", in_mb(std::max(wal / 4, 32 * mb))}};
}

}  // namespace shop::desired
