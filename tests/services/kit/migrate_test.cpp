#include "services/kit/db/migrate.hpp"

#include "tests/services/kit/support.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::stores {
namespace {

using db::migrate;
using db::MigrationError;
using db::pending;
using testing::HasSubstr;

using Files = std::vector<EmbeddedFile>;
const EmbeddedFile FIRST{"001_first.sql", "create table first (n int); insert into first values (1);"};
const EmbeddedFile SECOND{"002_second.sql", "select pg_sleep(0.3); create table second (n int)"};

std::string complaint(const Files& files) {
  try {
    migrate(database_url(), files);
  } catch (const MigrationError& e) {
    return e.what();
  }
  return "";
}

TEST(Migrate, AppliesOnceInOrderAndReportsPending) {
  EXPECT_THAT(pending(database_url(), Files{FIRST, SECOND}), HasSubstr("001_first.sql, 002_second.sql"));
  EXPECT_EQ(migrate(database_url(), Files{FIRST}), 1);
  EXPECT_EQ(pending(database_url(), Files{FIRST, SECOND}), "migrations are missing: 002_second.sql");
  EXPECT_EQ(migrate(database_url(), Files{FIRST, SECOND}), 1);
  EXPECT_EQ(migrate(database_url(), Files{FIRST, SECOND}), 0);
  EXPECT_EQ(pending(database_url(), Files{FIRST, SECOND}), "");
  EXPECT_EQ(sql("select string_agg(name, ' ' order by number) from schema_migrations"),
            "001_first.sql 002_second.sql");
}

TEST(Migrate, ConcurrentProcessesApplyEachOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int applied = 99;
      try {
        applied = migrate(database_url(), Files{FIRST, SECOND});
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
      }
      ::_exit(applied);
    }
    children.push_back(child);
  }
  int applied = 0;
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    applied += WEXITSTATUS(status);
  }
  EXPECT_EQ(applied, 2);
  EXPECT_EQ(sql("select count(*) from first"), "1");
}

TEST(Migrate, RefusesADowngradeAcrossAContractingMigration) {
  const EmbeddedFile contracting{"002_contract.sql", "-- needs-version: 0.3.0\nalter table first add m int"};
  migrate(database_url(), Files{FIRST});
  sql("alter table schema_migrations drop column needs_version");  // as an earlier version made the table
  EXPECT_EQ(pending(database_url(), Files{FIRST}), "");
  EXPECT_EQ(migrate(database_url(), Files{FIRST, contracting}, "0.4.0"), 1);
  EXPECT_EQ(migrate(database_url(), Files{FIRST}, "0.3.0"), 0) << "which already did without what it removes";
  try {
    migrate(database_url(), Files{FIRST}, "0.2.0");
    FAIL() << "accepted";
  } catch (const MigrationError& error) {
    EXPECT_THAT(error.what(), HasSubstr("002_contract.sql of a later version has been applied"));
  }
}

TEST(Migrate, RejectsAChangedFile) {
  migrate(database_url(), Files{FIRST});
  EXPECT_THAT(complaint({{"001_first.sql", "create table first (n bigint)"}, SECOND}),
              HasSubstr("001_first.sql: was changed"));
  EXPECT_EQ(sql("select to_regclass('second') is null"), "t") << "and applies nothing";
  EXPECT_THAT(pending(database_url(), Files{{"001_first.sql", "x"}}), HasSubstr("was changed"));
}

TEST(Migrate, RollsBackOnlyTheFailedFile) {
  const Files files{
      FIRST, {"002_half.sql", "create table half (n int); select 1 / 0"}, {"003_after.sql", "select 1"}};
  EXPECT_THAT(complaint(files), HasSubstr("002_half.sql: "));
  EXPECT_EQ(sql("select to_regclass('half') is null"), "t");
  EXPECT_EQ(sql("select max(number) from schema_migrations"), "1");
  EXPECT_EQ(migrate(database_url(), Files{FIRST, SECOND}), 1) << "the repaired file is applied";
}

TEST(Migrate, AcceptsADatabaseOfALaterVersion) {
  migrate(database_url(), Files{FIRST, SECOND});
  EXPECT_EQ(migrate(database_url(), Files{FIRST}), 0);
  EXPECT_EQ(pending(database_url(), Files{FIRST}), "");
}

TEST(Migrate, PendingReportsAnUnreachableDatabase) {
  EXPECT_EQ(pending("postgresql://x:y@127.0.0.1:1/z", Files{FIRST}), "the database cannot be reached");
}

}  // namespace
}  // namespace kit::stores
