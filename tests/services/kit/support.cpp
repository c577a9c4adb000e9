#include "tests/services/kit/support.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/messaging/broker.hpp"

#include <amqp_framing.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

namespace kit::stores {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (!value)
    throw std::runtime_error(std::string(name) +
                             " is not set: run this by tests/services/kit/test_stores.py");
  return value;
}

db::DatabaseOptions options(int pool) {
  db::DatabaseOptions options;
  options.url = database_url();
  options.pool = pool;
  return options;
}

}  // namespace

std::string database_url() { return variable("DATABASE_URL"); }
std::string amqp_url() { return variable("AMQP_URL"); }

void fault(const std::string& what) {
  std::cout << "##fault " << what << std::endl;
  std::string answer;
  if (!std::getline(std::cin, answer) || answer != "done") throw std::runtime_error("nobody did " + what);
}

bool eventually(const std::function<bool()>& check, std::chrono::milliseconds limit) {
  const auto deadline = Deadline::in(limit);
  while (!check()) {
    if (deadline.passed()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

Fixture::Fixture(int pool) : database_(options(pool), metrics_) {
  log::configure("kit-stores-test", log::Level::Info);
  static const std::vector<EmbeddedFile> files{
      messaging::MIGRATION,
      {"001_things.sql",
       "create table things (id int primary key, n int not null); insert into things values (1, 0), (2, 0)"}};
  db::migrate(database_url(), files);
}

std::string Fixture::sql(const std::string& text) {
  pqxx::connection connection(database_url());
  pqxx::nontransaction tx(connection);
  const auto result = tx.exec(text);
  return result.empty() || result.columns() == 0 || result[0][0].is_null() ? ""
                                                                           : result[0][0].as<std::string>();
}

double Fixture::metric(const std::string& sample) {
  std::istringstream text(metrics_.text());
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with(sample + ' ')) return std::stod(line.substr(sample.size() + 1));
  }
  return 0;
}

void Fixture::write(const std::string& type, const std::string& subject, int number) {
  database_.transact(
      "write", soon(),
      [&](db::Transaction& tx) {
        messaging::write_outbox(tx, messaging::Event::make("/test", type, subject, {{"n", number}}, ""));
      },
      true);
}

messaging::BrokerOptions Fixture::broker() const {
  messaging::BrokerOptions options;
  options.url = amqp_url();
  return options;
}

messaging::ConsumerOptions Fixture::consumer(const std::string& queue, const std::string& binding) const {
  messaging::ConsumerOptions options;
  options.broker = broker();
  options.queue = queue;
  options.bindings = {binding};
  options.delivery_limit = 3;
  return options;
}

messaging::Consumer::Handle each(std::function<void(const messaging::Event&)> handle) {
  return [handle = std::move(handle)](std::span<const messaging::Event> events) {
    for (const auto& event : events) handle(event);
  };
}

void Received::add(const messaging::Event& event) {
  std::lock_guard guard(lock_);
  events_.push_back(event);
}

std::size_t Received::count() const {
  std::lock_guard guard(lock_);
  return events_.size();
}

std::size_t Received::distinct() const {
  std::lock_guard guard(lock_);
  std::set<std::string> ids;
  for (const auto& event : events_) ids.insert(event.id);
  return ids.size();
}

std::string Received::disorder() const {
  std::lock_guard guard(lock_);
  std::set<std::string> seen;
  std::map<std::string, int> last;
  for (const auto& event : events_) {
    if (!seen.insert(event.id).second) continue;
    const int n = event.data.at("n").get<int>();
    const auto before = last.find(event.subject);
    if (before != last.end() && n <= before->second) {
      return event.subject + ": " + std::to_string(n) + " after " + std::to_string(before->second);
    }
    last[event.subject] = n;
  }
  return "";
}

std::vector<std::string> Received::types() const {
  std::lock_guard guard(lock_);
  std::vector<std::string> types;
  for (const auto& event : events_) types.push_back(event.type);
  return types;
}

int depth(const std::string& queue) {
  messaging::BrokerOptions options;
  options.url = amqp_url();
  try {
    messaging::BrokerConnection connection(options, "depth");
    const auto* ok = amqp_queue_declare(connection.state(), messaging::BrokerConnection::CHANNEL,
                                        messaging::bytes(queue), true, true, false, false, amqp_empty_table);
    connection.check_reply("looking at a queue");
    return static_cast<int>(ok->message_count);
  } catch (const messaging::BrokerError&) {
    return -1;
  }
}

}  // namespace kit::stores
