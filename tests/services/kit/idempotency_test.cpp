#include "services/kit/db/idempotency.hpp"

#include "services/kit/db/erased_users.hpp"
#include "tests/services/kit/support.hpp"

#include <future>

#include <gtest/gtest.h>

namespace kit::stores {
namespace {

class Keys : public ::testing::Test {
 protected:
  Keys() {
    sql("create table idempotency_keys (scope text, key text, request_hash bytea not null, status int, body "
        "text, "
        "location text, created_at timestamptz not null default now(), primary key (scope, key))");
    sql("create table erased_users (user_id bigint primary key, erased_at timestamptz not null default "
        "now())");
  }
  db::StoredResponse respond(const std::optional<db::IdempotencyKey>& key) {
    return db::respond_once(f.database, "respond", soon(), key, [this](db::Transaction&) {
      return db::StoredResponse{201, std::to_string(++calls), "/things/1"};
    });
  }

  Fixture f;
  std::atomic<int> calls{0};
};

TEST_F(Keys, RepeatedKeyReturnsTheFirstResponse) {
  const db::IdempotencyKey key{"user/1", "k", "POST /things"};
  EXPECT_EQ(respond(key).body, "1");
  const auto again = respond(key);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, "1");
  EXPECT_EQ(again.location, "/things/1");
  EXPECT_EQ(respond({{"user/2", "k", "POST /things"}}).body, "2") << "of another user";
  EXPECT_EQ(respond(std::nullopt).body, "3");
}

TEST_F(Keys, KeyOfAnotherRequestIsRefused) {
  respond({{"user/1", "k", "POST /things"}});
  EXPECT_THROW(respond({{"user/1", "k", "POST /others"}}), db::KeyReused);
  EXPECT_EQ(calls, 1);
}

TEST_F(Keys, ConcurrentRequestsWithOneKeyRunOnce) {
  std::vector<std::future<db::StoredResponse>> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(std::async(std::launch::async, [this] { return respond({{"user/1", "k", "x"}}); }));
  for (auto& one : all) EXPECT_EQ(one.get().body, "1");
}

TEST_F(Keys, FailedWorkStoresNoKey) {
  const db::IdempotencyKey key{"user/1", "k", "x"};
  EXPECT_THROW(db::respond_once(f.database, "respond", soon(), key,
                                [](db::Transaction&) -> db::StoredResponse { throw std::logic_error("no"); }),
               std::logic_error);
  EXPECT_EQ(respond(key).body, "1");
}

TEST_F(Keys, OnlyOldKeysAreDeleted) {
  respond({{"user/1", "old", "x"}});
  sql("update idempotency_keys set created_at = now() - interval '8 days'");
  respond({{"user/1", "new", "x"}});
  EXPECT_EQ(db::forget_keys(f.database, soon()), 1);
  EXPECT_EQ(sql("select string_agg(key, ',') from idempotency_keys"), "new");
}

TEST_F(Keys, ErasureWaitsForWritersAndStays) {
  std::future<void> erasure;
  f.database.transact("write", soon(), [&](db::Transaction& tx) {
    EXPECT_FALSE(db::is_erased(tx, UserId{7}));
    erasure = std::async(std::launch::async, [&] {
      f.database.transact("erase", soon(), [](db::Transaction& tx) { db::mark_erased(tx, UserId{7}); });
    });
    EXPECT_EQ(erasure.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  });
  erasure.get();
  f.database.transact("look", soon(), [](db::Transaction& tx) {
    EXPECT_TRUE(db::is_erased(tx, UserId{7}));
    EXPECT_FALSE(db::is_erased(tx, UserId{8}));
    db::mark_erased(tx, UserId{7});
  });
}

}  // namespace
}  // namespace kit::stores
