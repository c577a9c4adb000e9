#include "tests/services/kit/support.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::stores {
namespace {

using db::Statement;
using db::Transaction;
using db::Unavailable;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using Clock = std::chrono::steady_clock;

constexpr Statement SLEEP{"sleep", "select pg_sleep($1::float8)"};
constexpr Statement ADD{"add", "update things set n = n + $2 where id = $1"};
constexpr Statement READ{"read", "select n from things where id = $1"};
constexpr Statement SHOW{"show", "select current_setting($1)"};
constexpr Statement PID{"pid", "select pg_backend_pid()"};

milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

std::string terminate(int pid) { return "select pg_terminate_backend(" + std::to_string(pid) + ", 5000)"; }

TEST(Pool, IsBounded) {
  Fixture f(2);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      f.database.transact("t", soon(), [&](Transaction& tx) {
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        tx.exec(SLEEP, 0.05);
        --inside;
      });
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(most, 2);
  EXPECT_EQ(f.metric("db_transactions_total{name=\"t\",result=\"committed\"}"), 8);
  EXPECT_EQ(f.metric("db_pool_connections{state=\"idle\"}"), 2);
  EXPECT_EQ(f.metric("db_pool_connections{state=\"busy\"}"), 0);
}

TEST(Pool, WaitsUntilTheDeadlineAtMost) {
  Fixture f(1);
  std::thread holder([&] { f.database.read("hold", soon(), [&](Transaction& tx) { tx.exec(SLEEP, 1.0); }); });
  ASSERT_TRUE(eventually([&] { return f.metric("db_pool_connections{state=\"busy\"}") == 1; }));
  const auto start = Clock::now();
  EXPECT_THROW(f.database.read("late", Deadline::in(milliseconds(100)), [](Transaction&) {}), Unavailable);
  EXPECT_LT(since(start).count(), 500);
  EXPECT_EQ(f.database.probe(), "") << "busy is not ill";
  holder.join();
}

TEST(Pool, ServesWaitersInOrder) {
  Fixture f(1);
  std::mutex lock;
  std::vector<int> order;
  std::vector<std::thread> threads;
  f.database.read("hold", soon(), [&](Transaction&) {
    for (int i = 0; i < 5; ++i) {
      threads.emplace_back([&, i] {
        f.database.read("wait", soon(), [&](Transaction&) {
          std::lock_guard guard(lock);
          order.push_back(i);
        });
      });
      ASSERT_TRUE(eventually([&] { return f.metric("db_pool_waiting") == i + 1; }));
    }
  });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Pool, ReplacesAnIdleConnectionWhoseBackendDied) {
  Fixture f(1);
  const int pid =
      f.database.read<int>("pid", soon(), [](Transaction& tx) { return tx.exec(PID)[0][0].as<int>(); });
  sql(terminate(pid));
  f.database.transact("t", soon(), [](Transaction& tx) { tx.exec(ADD, 1, 5); });
  EXPECT_EQ(sql("select n from things where id = 1"), "5");
  EXPECT_EQ(f.metric("db_transaction_retries_total"), 0);
}

TEST(Transactions, RetryOnANewConnectionWhenTheBackendIsKilled) {
  Fixture f(2);
  int tries = 0;
  f.database.transact("t", soon(), [&](Transaction& tx) {
    ++tries;
    tx.exec(ADD, 1, 1);
    if (tries == 1) sql(terminate(tx.exec(PID)[0][0].as<int>()));
    tx.exec(ADD, 2, 1);
    // The session's state is there again: its settings and its prepared statements.
    EXPECT_EQ(tx.exec(SHOW, "statement_timeout")[0][0].as<std::string>(), "5s");
    EXPECT_EQ(tx.exec(SHOW, "lock_timeout")[0][0].as<std::string>(), "3s");
    EXPECT_EQ(tx.exec(SHOW, "TimeZone")[0][0].as<std::string>(), "UTC");
  });
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(sql("select sum(n) from things"), "2") << "each update once";
  EXPECT_EQ(f.metric("db_transaction_retries_total"), 1);
}

TEST(Transactions, RetryReads) {
  Fixture f(1);
  int tries = 0;
  EXPECT_EQ(f.database.read<int>("r", soon(),
                                 [&](Transaction& tx) {
                                   if (++tries == 1) sql(terminate(tx.exec(PID)[0][0].as<int>()));
                                   return tx.exec(READ, 1)[0][0].as<int>();
                                 }),
            0);
  EXPECT_EQ(tries, 2);
}

TEST(Transactions, RetryAfterASerializationFailure) {
  Fixture f(2);
  int tries = 0;
  f.database.transact("t", soon(), [&](Transaction& tx) {
    tx.raw().exec("set transaction isolation level repeatable read");
    const int n = tx.exec(READ, 1)[0][0].as<int>();
    if (++tries == 1) sql("update things set n = 10 where id = 1");
    tx.exec(ADD, 1, n + 1);
  });
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(sql("select n from things where id = 1"), "21");
}

TEST(Transactions, RetryAfterADeadlock) {
  Fixture f(2);
  std::atomic<int> met{0}, tries{0};
  const auto cross = [&](int first, int second) {
    f.database.transact("t", soon(), [&](Transaction& tx) {
      ++tries;
      tx.exec(ADD, first, 1);
      ++met;
      EXPECT_TRUE(eventually([&] { return met >= 2; }));  // both hold their first row the first time
      tx.exec(ADD, second, 1);
    });
  };
  std::thread other([&] { cross(2, 1); });
  cross(1, 2);
  other.join();
  EXPECT_EQ(tries, 3);
  EXPECT_EQ(sql("select min(n) * 10 + max(n) from things"), "22");
}

/// The backend of the next commit of an insert dies in mid-commit.
void die_in_next_commit() {
  sql(R"(
    drop sequence if exists commits;
    create sequence commits;
    create or replace function die() returns trigger language plpgsql as $$
    begin
      if nextval('commits') = 1 then
        perform pg_terminate_backend(pg_backend_pid());
        perform pg_sleep(5);
      end if;
      return null;
    end $$;
    drop trigger if exists die on things;
    create constraint trigger die after insert on things deferrable initially deferred for each row execute function die();)");
}

TEST(Transactions, ReportACommitInDoubtUnlessTheyAreIdempotent) {
  constexpr Statement insert{"insert", "insert into things values ($1, 0) on conflict do nothing"};
  Fixture f(1);
  int tries = 0;
  const auto inserting = [&](int id) {
    tries = 0;
    die_in_next_commit();
    return [&tries, &insert, id](Transaction& tx) {
      ++tries;
      return tx.exec(insert, id).affected_rows() == 1;
    };
  };
  EXPECT_THROW(f.database.transact<bool>("t", soon(), inserting(7)), pqxx::in_doubt_error);
  EXPECT_EQ(tries, 1);
  f.database.transact<bool>("t", soon(), inserting(8), true);
  EXPECT_EQ(tries, 2);
  EXPECT_TRUE(f.database.transact_statement<bool>("t", soon(), inserting(9)));
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(sql("select count(*) from things where id in (8, 9)"), "2");
}

TEST(Transactions, RollBackAndRethrowExceptions) {
  Fixture f(1);
  const auto work = [](Transaction& tx) {
    tx.exec(ADD, 1, 1);
    throw std::domain_error("no");
  };
  EXPECT_THROW(f.database.transact("t", soon(), work), std::domain_error);
  EXPECT_EQ(sql("select n from things where id = 1"), "0");
  EXPECT_EQ(f.metric("db_transactions_total{name=\"t\",result=\"failed\"}"), 1);
  EXPECT_EQ(f.metric("db_pool_connections{state=\"idle\"}"), 1) << "the connection is good";
}

TEST(Transactions, ThrowWhenTheWorkSwallowedAFailure) {
  Fixture f(1);
  const auto work = [](Transaction& tx) {
    tx.exec(ADD, 1, 1);
    EXPECT_THROW(tx.exec(Statement{"twice", "insert into things values (1, 0)"}), pqxx::unique_violation);
  };
  EXPECT_THROW(f.database.transact("t", soon(), work), pqxx::sql_error);
  EXPECT_EQ(sql("select n from things where id = 1"), "0");
}

TEST(Transactions, AreUnavailablePastTheStatementTimeout) {
  Fixture f(2);
  EXPECT_THROW(f.database.read("slow", soon(), [](Transaction& tx) { tx.exec(SLEEP, 6.0); }), Unavailable);
  f.database.transact("holder", soon(), [&](Transaction& tx) {
    tx.exec(ADD, 1, 1);
    const auto start = Clock::now();
    EXPECT_THROW(f.database.transact("waiter", soon(), [](Transaction& other) { other.exec(ADD, 1, 1); }),
                 Unavailable);
    EXPECT_LT(since(start).count(), 4500) << "the lock's timeout, not the statement's";
  });
}

TEST(Transactions, RejectTwoStatementsWithOneName) {
  Fixture f(1);
  f.database.read("t", soon(), [](Transaction& tx) {
    tx.exec(PID);
    EXPECT_THROW(tx.exec(Statement{"pid", "select 1"}), std::logic_error);
  });
}

TEST(Transactions, SupportOptionalsAndStringViews) {
  Fixture f(1);
  constexpr Statement echo{"echo", "select $1::text, $2::int, $3::text"};
  f.database.read("t", soon(), [&](Transaction& tx) {
    const auto row =
        tx.exec(echo, std::string_view("it's"), std::optional<int>(), std::optional<std::string>("x"))[0];
    EXPECT_EQ(row[0].as<std::string>(), "it's");
    EXPECT_EQ(row[1].as<std::optional<int>>(), std::nullopt);
    EXPECT_EQ(row[2].as<std::optional<std::string>>(), "x");
  });
}

TEST(Transactions, AreUnavailableWhileTheDatabaseIsAway) {
  Fixture f(2);
  EXPECT_EQ(f.database.probe(), "");
  fault("postgres.stop");
  const auto start = Clock::now();
  EXPECT_THROW(f.database.transact("t", soon(), [](Transaction& tx) { tx.exec(ADD, 1, 1); }), Unavailable);
  EXPECT_LT(since(start).count(), 2000) << "told soon, not at the deadline";
  EXPECT_NE(f.database.probe(), "");
  fault("postgres.start");
  f.database.transact("t", soon(), [](Transaction& tx) { tx.exec(ADD, 1, 1); });
  EXPECT_EQ(f.database.probe(), "");
}

TEST(Transactions, HidePasswordsInErrors) {
  Metrics metrics;
  db::DatabaseOptions options;
  options.url = "postgresql://shop:s3cret-word@127.0.0.1:1/shop";
  db::Database database(options, metrics);
  try {
    database.read("t", soon(), [](Transaction&) {});
    FAIL();
  } catch (const Unavailable& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr("s3cret")));
  }
}

}  // namespace
}  // namespace kit::stores
