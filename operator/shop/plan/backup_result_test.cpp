#include "operator/shop/plan/backup_result.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

struct Case {
  const char* message;
  const char* reason;
  const char* text;
};

TEST(BackupProblem, HasTheReasonThatTheScriptGivesOrTheErrorShows) {
  for (const auto& each :
       {Case{"OtherShopsBackups: the store has the backups of a/b, volume x\n", "OtherShopsBackups",
             "the store has the backups of a/b, volume x"},
        {"StoreFull: the volume of the backups has 0 MiB left", "StoreFull",
         "the volume of the backups has 0 MiB left"},
        {"Failed: pgbackrest archive-push: ERROR: [104]: repo1: [ServiceError] [507] Insufficient Storage",
         "StoreFull",
         "pgbackrest archive-push: ERROR: [104]: repo1: [ServiceError] [507] Insufficient Storage"},
        {"Failed: pgbackrest repo-ls: ERROR: [049]: unable to connect to 'localhost:9': [111] Connection "
         "refused",
         "StoreUnreachable",
         "pgbackrest repo-ls: ERROR: [049]: unable to connect to 'localhost:9': [111] Connection refused"},
        {"Failed: pgbackrest repo-ls: ERROR: [039]: HTTP request failed with 403 (Forbidden)", "StoreRefuses",
         "pgbackrest repo-ls: ERROR: [039]: HTTP request failed with 403 (Forbidden)"},
        {"Failed: pgbackrest backup: ERROR: [056]: unable to find primary cluster", "Failed",
         "pgbackrest backup: ERROR: [056]: unable to find primary cluster"},
        {"INFO: first\nKilled\n", "Failed", "Killed"},
        {"", "Failed", "no message was left"}}) {
    const auto problem = backup_problem(each.message);
    EXPECT_EQ(problem.reason, each.reason) << each.message;
    EXPECT_EQ(problem.message, each.text) << each.message;
  }
}

TEST(BackupResult, HasOnlyTheFieldsOfTheStatus) {
  EXPECT_EQ(
      backup_result(R"({"label":"a","time":"2026-01-01T00:00:00Z","size":7,"stored":"x","other":1})", "end"),
      (Json{{"label", "a"}, {"time", "2026-01-01T00:00:00Z"}, {"size", 7}}));
  for (const char* message : {"", "{", "[]", "{}", R"({"time":7})"})
    EXPECT_EQ(backup_result(message, "end"), (Json{{"time", "end"}})) << message;
}

}  // namespace
}  // namespace shop
