#include "services/kit/db/conninfo.hpp"

#include <gtest/gtest.h>

namespace kit::db {
namespace {

const ConnectionParameters TWO{{"connect_timeout", "3"}, {"options", "-c lock_timeout=5"}};

TEST(ConnInfo, UriGetsParametersEncoded) {
  EXPECT_EQ(with_defaults("postgresql://u:p@h:5432/d", TWO),
            "postgresql://u:p@h:5432/d?connect_timeout=3&options=-c%20lock_timeout%3D5");
}

TEST(ConnInfo, ParametersOfTheUriTakePrecedence) {
  EXPECT_EQ(with_defaults("postgres://h/d?sslmode=require", {{"sslmode", "prefer"}}),
            "postgres://h/d?sslmode=prefer&sslmode=require");
  EXPECT_EQ(with_defaults("postgres://h/d?", {{"a", "1"}}), "postgres://h/d?a=1");
}

TEST(ConnInfo, KeywordFormIsQuotedAndTakesPrecedence) {
  EXPECT_EQ(with_defaults("host=h dbname=d", {{"application_name", "it's"}}),
            "application_name='it\\'s' host=h dbname=d");
}

TEST(ConnInfo, MessagesDoNotContainThePassword) {
  EXPECT_EQ(without_password("bad: s3cret, s3cret", "postgresql://u:s3cret@h/d"), "bad: ***, ***");
  EXPECT_EQ(without_password("refused", "postgresql://u:s3cret@h/d"), "refused");
  EXPECT_EQ(without_password("refused", "postgresql://h/d"), "refused");
  EXPECT_EQ(without_password("near password=x", "host=h password=x"), "wrong connection string");
}

}  // namespace
}  // namespace kit::db
