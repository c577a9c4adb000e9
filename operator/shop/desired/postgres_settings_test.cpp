#include "operator/shop/desired/postgres_settings.hpp"

#include <gtest/gtest.h>

namespace shop::desired {
namespace {

constexpr std::int64_t mb = 1024 * 1024;
constexpr std::int64_t gb = 1024 * mb;

struct Case {
  PostgresLimits limits;
  const char* buffers;
  const char* cache;
  const char* work;
  const char* maintenance;
  const char* wal;
  const char* least_wal;
};

TEST(PostgresSettings, FollowTheLimits) {
  for (const auto& each :
       {Case{{1 * gb, 8 * gb}, "256MB", "768MB", "4096kB", "64MB", "1024MB", "256MB"},
        {{32 * mb, 256 * mb}, "16MB", "24MB", "1024kB", "16MB", "96MB", "32MB"},
        {{256 * mb, 1 * gb}, "64MB", "192MB", "1024kB", "16MB", "128MB", "32MB"},
        {{16 * gb, 100 * gb}, "4096MB", "12288MB", "65536kB", "1024MB", "8192MB", "2048MB"},
        {{256 * gb, 1000 * gb}, "16384MB", "196608MB", "65536kB", "1024MB", "8192MB", "2048MB"}}) {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"shared_buffers", each.buffers}, {"effective_cache_size", each.cache},
        {"work_mem", each.work},          {"maintenance_work_mem", each.maintenance},
        {"max_wal_size", each.wal},       {"min_wal_size", each.least_wal}};
    EXPECT_EQ(tuned(each.limits), expected) << each.limits.memory_bytes / mb << " MB";
  }
}

TEST(PostgresSettings, LeaveMemoryAndVolumeForTheRest) {
  for (std::int64_t memory = 64 * mb; memory < 512 * gb; memory *= 2) {
    const auto settings = tuned({memory, memory * 4});
    const auto number = [&](std::size_t index) { return std::stoll(settings[index].second); };
    EXPECT_LE(number(0) * mb, memory / 2) << "shared_buffers";
    EXPECT_LE(number(4) * mb, memory * 4 / 2) << "max_wal_size";
    EXPECT_GE(number(4), 2 * 16) << "PostgreSQL requires twice a WAL file";
  }
}

}  // namespace
}  // namespace shop::desired
