#include "services/kit/db/listener.hpp"

#include "services/kit/db/connection.hpp"
#include "tests/services/kit/support.hpp"

#include <atomic>
#include <stdexcept>

#include <gtest/gtest.h>

namespace kit::stores {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A listener on "one" and "two", and what it said.
class Heard {
 public:
  Heard() : listener_(options()) {}

  bool connects(int times) {
    return eventually([&] { return connected_ >= times; });
  }
  int lost() const { return lost_; }
  std::string all() {
    const std::lock_guard guard(lock_);
    return all_;
  }
  db::Listener& listener() { return listener_; }

 private:
  db::Listener::Options options() {
    return {database_url(),
            {"one", "two"},
            [this](const std::string& channel, const std::string& payload) {
              const std::lock_guard guard(lock_);
              all_ += channel + '=' + payload + ' ';
              if (payload == "throw") throw std::runtime_error("as asked");
            },
            [this] { ++connected_; },
            [this] { ++lost_; }};
  }

  std::mutex lock_;
  std::string all_;
  std::atomic<int> connected_{0};
  std::atomic<int> lost_{0};
  db::Listener listener_;
};

void cut() {
  sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
      "backend_type = 'client backend' and pid <> pg_backend_pid() and query like '%select 1%'");
}

TEST(Listener, DeliversNotificationsOfItsChannels) {
  Fixture f;
  Heard heard;
  ASSERT_TRUE(heard.connects(1));
  EXPECT_EQ(heard.listener().probe(), "");
  EXPECT_TRUE(heard.listener().heard_within(seconds(5)));
  sql("select pg_notify('one', 'a'), pg_notify('three', 'b'), pg_notify('two', 'throw')");
  sql("select pg_notify('two', '')");
  EXPECT_TRUE(eventually([&] { return heard.all() == "one=a two=throw two= "; })) << heard.all();
}

TEST(Listener, ReconnectsWhenItsConnectionIsKilled) {
  Fixture f;
  Heard heard;
  ASSERT_TRUE(heard.connects(1));
  ASSERT_TRUE(eventually([&] {
    cut();
    return heard.lost() >= 1;
  }));
  ASSERT_TRUE(heard.connects(2));
  EXPECT_TRUE(eventually([&] { return heard.listener().probe().empty(); }));
  sql("select pg_notify('one', 'again')");
  EXPECT_TRUE(eventually([&] { return heard.all() == "one=again "; }));
}

TEST(Listener, ReportsAnUnreachableServerAndReconnects) {
  Fixture f;
  Heard heard;
  ASSERT_TRUE(heard.connects(1));
  fault("postgres.stop");
  EXPECT_TRUE(eventually([&] { return heard.lost() == 1; }));
  EXPECT_NE(heard.listener().probe(), "");
  EXPECT_FALSE(heard.listener().heard_within(std::chrono::hours(1)));
  fault("postgres.start");
  EXPECT_TRUE(heard.connects(2));
  EXPECT_TRUE(eventually([&] { return heard.listener().probe().empty(); }));
}

TEST(Listener, StopsWhetherConnectedOrNot) {
  std::atomic<int> lost{0};
  {
    std::atomic<bool> connected{false};
    db::Listener listener({database_url(),
                           {"one"},
                           [](const std::string&, const std::string&) {},
                           [&] { connected = true; },
                           [&] { ++lost; }});
    EXPECT_TRUE(eventually([&] { return connected.load(); }));
  }
  EXPECT_EQ(lost, 1);
  {
    db::Listener nowhere({"postgresql://127.0.0.1:1/x", {"one"}, [](const auto&, const auto&) {}});
  }
}

TEST(Listener, RequiresChannelAndCallback) {
  EXPECT_THROW(db::Listener({database_url(), {}, [](const auto&, const auto&) {}}), std::invalid_argument);
  EXPECT_THROW(db::Listener({database_url(), {"one"}, nullptr}), std::invalid_argument);
}

/// Notifications that arrive during work on the listening connection are delivered, too.
TEST(Listener, RunsWorkOnItsConnection) {
  Fixture f;
  std::atomic<int> heard{0};
  std::atomic<int> rounds{0};
  std::atomic<int> told_to_work{-1};
  db::Listener::Options options{
      database_url(), {"one"}, [&](const std::string&, const std::string&) { ++heard; }};
  options.work = [&](db::Connection& connection) {
    pqxx::nontransaction tx(connection.pq());
    const int round = rounds++;
    if (round == 0) tx.exec("notify one");  // to itself: it comes with the answer, and wakes no socket
    if (round == 2) tx.exec("select no_such_thing");
    told_to_work = heard.load();
    return milliseconds(60'000);
  };
  db::Listener listener(std::move(options));
  EXPECT_TRUE(eventually([&] { return told_to_work == 1; })) << "it is called again after a notification";
  const int before = rounds;
  listener.wake();
  EXPECT_TRUE(eventually([&] { return rounds > before; }));
  EXPECT_TRUE(eventually([&] { return listener.heard_within(seconds(1)) && rounds > 3; }))
      << "a failure costs the connection, and the next one works again";
}

}  // namespace
}  // namespace kit::stores
