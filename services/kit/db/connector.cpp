#include "services/kit/db/connector.hpp"

namespace kit::db {
namespace {

/// A failure after a longer time was a timeout.
constexpr std::chrono::milliseconds REFUSED_WITHIN{1000};

}  // namespace

std::unique_ptr<Connection> Connector::connect(const SessionSettings& settings) {
  if (!silent_) return attempt(settings);
  if (attempting_.exchange(true)) throw Unavailable("the database does not respond");
  struct Reset {
    std::atomic<bool>& flag;
    ~Reset() { flag = false; }
  } const reset{attempting_};
  return attempt(settings);
}

std::unique_ptr<Connection> Connector::attempt(const SessionSettings& settings) {
  const auto start = std::chrono::steady_clock::now();
  try {
    auto connection = db::connect(url_, settings);
    silent_ = false;
    return connection;
  } catch (const pqxx::broken_connection& error) {
    silent_ = std::chrono::steady_clock::now() - start >= REFUSED_WITHIN;
    if (silent_) throw Unavailable(std::string("the database does not respond: ") + error.what());
    throw;
  }
}

}  // namespace kit::db
