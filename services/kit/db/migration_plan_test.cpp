#include "services/kit/db/migration_plan.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/encoding/sha256.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::db {
namespace {

using testing::HasSubstr;

const std::vector<EmbeddedFile> FILES{
    {"000_events.sql", "create"}, {"001_a.sql", "one"}, {"002_b.sql", "two"}};

std::map<int, Applied> applied(std::initializer_list<int> numbers) {
  std::map<int, Applied> out;
  for (int n : numbers) {
    const auto& file = FILES.at(static_cast<std::size_t>(n));
    out[n] = {std::string(file.name), sha256_hex(file.text)};
  }
  return out;
}

std::string complaint(const std::vector<EmbeddedFile>& files, const std::map<int, Applied>& done) {
  try {
    plan_migrations(files, done, "0.2.0");
  } catch (const MigrationError& e) {
    return e.what();
  }
  return "";
}

TEST(MigrationPlan, NumbersComeFromNames) {
  EXPECT_EQ(migration_number("000_events.sql"), 0);
  EXPECT_EQ(migration_number("1234_add_x2.sql"), 1234);
  for (const char* wrong : {"", "a.sql", "01_a.sql", "001a.sql", "001_.sql", "001_a.txt", "001_A.sql",
                            "001_a b.sql", "1234567_a.sql", "-01_a.sql"}) {
    EXPECT_THROW(migration_number(wrong), MigrationError) << wrong;
  }
}

TEST(MigrationPlan, RejectsRepeatedAndUnorderedNumbers) {
  EXPECT_THAT(complaint({{"001_a.sql", ""}, {"001_b.sql", ""}}, {}), HasSubstr("001_b.sql"));
  EXPECT_THAT(complaint({{"002_a.sql", ""}, {"001_b.sql", ""}}, {}), HasSubstr("001_b.sql"));
}

TEST(MigrationPlan, RejectsAPendingFileBelowAnAppliedOne) {
  EXPECT_THAT(complaint(FILES, applied({0, 2})),
              HasSubstr("001_a.sql: not applied, but the later 002_b.sql is"));
}

TEST(MigrationPlan, RefusesAVersionThatALaterMigrationRulesOut) {
  auto later = applied({0, 1, 2});
  later[7] = {"007_more.sql", "x"};
  EXPECT_EQ(complaint(FILES, later), "") << "an expanding one suits earlier versions";
  later[8] = {"008_drop_names.sql", "x", "0.3.0"};
  EXPECT_THAT(
      complaint(FILES, later),
      HasSubstr("008_drop_names.sql of a later version has been applied, and it needs version 0.3.0"));
  later[8].needs_version = "0.2.0";
  EXPECT_EQ(complaint(FILES, later), "") << "this version already did without";
  later[8].needs_version = "0.10.0";
  EXPECT_NE(complaint(FILES, later), "") << "compared as numbers";
}

TEST(MigrationPlan, ReadsTheNeededVersion) {
  EXPECT_EQ(needed_version({"001_a.sql", "-- Drops names.\n-- needs-version: 0.3.0\nalter table a drop b;"}),
            "0.3.0");
  EXPECT_EQ(needed_version({"001_a.sql", "-- needs-version: 0.3.0"}), "0.3.0");
  EXPECT_EQ(needed_version({"001_a.sql", "create table a ()"}), "");
  EXPECT_THAT(complaint({{"001_a.sql", "-- needs-version: soon\nselect 1"}}, {}),
              HasSubstr("0.3.0, not soon"));
}

}  // namespace
}  // namespace kit::db
