#include "tests/services/kit/support.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/messaging/publisher.hpp"

#include <amqp_framing.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace kit::stores {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (!value)
    throw std::runtime_error(std::string(name) +
                             " is not set: run this by tests/services/kit/test_stores.py");
  return value;
}

messaging::BrokerOptions broker_options() { return {.url = variable("AMQP_URL")}; }

}  // namespace

std::string database_url() { return variable("DATABASE_URL"); }

void fault(const std::string& what) {
  std::cout << "##fault " << what << '\n' << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer) || answer != "done") throw std::runtime_error("nobody did " + what);
}

std::string sql(const std::string& text) {
  pqxx::connection connection(database_url());
  pqxx::nontransaction tx(connection);
  const auto result = tx.exec(text);
  return result.empty() || result.columns() == 0 ? "" : result[0][0].as<std::string>("");
}

Fixture::Fixture(int pool) : database({.url = database_url(), .pool = pool}, metrics) {
  log::configure("kit-stores-test", log::Level::Info);
  static const std::vector<EmbeddedFile> files{
      messaging::MIGRATION,
      {"001_things.sql",
       "create table things (id int primary key, n int not null); insert into things values (1, 0), (2, 0)"}};
  db::migrate(database_url(), files);
}

double Fixture::metric(const std::string& sample) {
  std::istringstream text(metrics.text());
  for (std::string line; std::getline(text, line);)
    if (line.starts_with(sample + ' ')) return std::stod(line.substr(sample.size() + 1));
  return 0;
}

void Fixture::write(const std::string& type, const std::string& subject, int number) {
  database.transact(
      "write", soon(),
      [&](db::Transaction& tx) {
        messaging::write_outbox(tx, messaging::Event::make("/test", type, subject, {{"n", number}}, ""));
      },
      true);
}

messaging::BrokerOptions Fixture::broker() const { return broker_options(); }

messaging::ConsumerOptions Fixture::consumer(const std::string& queue, const std::string& binding) const {
  return {.broker = broker(), .queue = queue, .bindings = {binding}, .delivery_limit = 3};
}

std::unique_ptr<messaging::Consumer> Fixture::consume(const messaging::ConsumerOptions& options,
                                                      messaging::Consumer::Handle handle) {
  auto consumer = std::make_unique<messaging::Consumer>(options, std::move(handle), metrics);
  EXPECT_TRUE(eventually([&] { return consumer->probe().empty(); }));
  return consumer;
}

void Fixture::publish(const std::vector<std::string>& bodies) const {
  Metrics other;
  messaging::Publisher publisher(broker(), {}, other.counter("x", "x"));
  const messaging::Publisher::Together together(publisher);
  for (const auto& body : bodies) publisher.publish({1, "1", "some.type", "", body});
  for (std::uint64_t confirmed = 0; confirmed < bodies.size();) {
    const auto confirm = publisher.next_confirm(std::chrono::seconds(5));
    ASSERT_TRUE(confirm && confirm->accepted);
    confirmed = confirm->multiple ? confirm->tag : confirmed + 1;
  }
}

messaging::Consumer::Handle each(std::function<void(const messaging::Event&)> handle) {
  return [handle = std::move(handle)](std::span<const messaging::Event> events) {
    for (const auto& event : events) handle(event);
  };
}

void Received::add(const messaging::Event& event) {
  const std::lock_guard guard(lock_);
  events_.push_back(event);
}

std::vector<messaging::Event> Received::events() const {
  const std::lock_guard guard(lock_);
  return events_;
}

std::size_t Received::distinct() const {
  std::set<std::string> ids;
  for (const auto& event : events()) ids.insert(event.id);
  return ids.size();
}

std::string Received::disorder() const {
  std::set<std::string> seen;
  std::map<std::string, int> last;
  for (const auto& event : events()) {
    if (!seen.insert(event.id).second) continue;
    const int n = event.data.at("n").get<int>();
    const auto before = last.find(event.subject);
    if (before != last.end() && n <= before->second)
      return event.subject + ": " + std::to_string(n) + " after " + std::to_string(before->second);
    last[event.subject] = n;
  }
  return "";
}

int depth(const std::string& queue) {
  try {
    messaging::BrokerConnection connection(broker_options(), "depth");
    const auto* ok = amqp_queue_declare(connection.state(), messaging::BrokerConnection::CHANNEL,
                                        messaging::bytes(queue), true, true, false, false, amqp_empty_table);
    connection.check_reply("looking at a queue");
    return static_cast<int>(ok->message_count);
  } catch (const messaging::BrokerError&) {
    return -1;
  }
}

}  // namespace kit::stores
