#include "services/kit/db/failure.hpp"

#include <stdexcept>

#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace kit::db {
namespace {

template <class E>
Failure of(const E& error, bool committing = false, bool open = true) {
  return classify(std::make_exception_ptr(error), committing, open);
}

TEST(Failure, ConflictsAreRetriedAlsoAtTheCommit) {
  EXPECT_EQ(of(pqxx::serialization_failure("x")), Failure::Conflict);
  EXPECT_EQ(of(pqxx::deadlock_detected("x")), Failure::Conflict);
  EXPECT_EQ(of(pqxx::serialization_failure("x"), true), Failure::Conflict);
  EXPECT_EQ(classify_sqlstate("40001", true), Failure::Conflict);
}

TEST(Failure, LostConnectionIsInDoubtOnlyAfterTheCommitWasSent) {
  EXPECT_EQ(of(pqxx::broken_connection("x")), Failure::Broken);
  EXPECT_EQ(of(pqxx::broken_connection("x"), true), Failure::InDoubt);
  EXPECT_EQ(of(pqxx::sql_error("terminating", "", "57P01")), Failure::Broken);
  EXPECT_EQ(of(pqxx::sql_error("terminating", "", "57P01"), true), Failure::InDoubt);
  EXPECT_EQ(of(pqxx::sql_error("no state", "", ""), false, false), Failure::Broken);
  EXPECT_EQ(of(pqxx::failure("x"), false, false), Failure::Broken);
  EXPECT_EQ(of(pqxx::in_doubt_error("x")), Failure::InDoubt);
  EXPECT_EQ(of(pqxx::statement_completion_unknown("x")), Failure::InDoubt);
}

TEST(Failure, DemotedServerCountsAsBroken) { EXPECT_EQ(classify_sqlstate("25006", false), Failure::Broken); }

TEST(Failure, TimeoutsAreNotRetried) {
  EXPECT_EQ(of(pqxx::sql_error("canceling", "", "57014")), Failure::Timeout);
  EXPECT_EQ(of(pqxx::sql_error("lock", "", "55P03")), Failure::Timeout);
  EXPECT_EQ(of(pqxx::sql_error("disk full", "", "53100")), Failure::Timeout);
  EXPECT_EQ(of(pqxx::sql_error("I/O error", "", "58030")), Failure::Timeout);
}

TEST(Failure, ErrorsOfTheWorkAreFinal) {
  EXPECT_EQ(of(pqxx::unique_violation("x", "", "23505")), Failure::Final);
  EXPECT_EQ(of(std::runtime_error("x")), Failure::Final);
  EXPECT_EQ(of(std::runtime_error("x"), false, false), Failure::Final);
  EXPECT_EQ(of(7), Failure::Final);
}

}  // namespace
}  // namespace kit::db
