#include "services/user/throttle/throttle_store.hpp"

#include "services/user/errors/errors.hpp"

#include <nlohmann/json.hpp>

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;
using throttle::Charge;

/// Bounds what an attack from very many addresses can fill; a row has about 150 bytes.
constexpr int ROWS = 200'000;

constexpr Statement WAIT{"throttle_wait", R"(
  select coalesce(ceil(max((greatest(0, t.level - extract(epoch from now() - t.at) * b.rate) + 1 - b.capacity) / b.rate)), 0)
  from jsonb_to_recordset($1::jsonb) as b (key text, capacity float8, rate float8, unless_known text)
  join throttle t on t.key = b.key
  where greatest(0, t.level - extract(epoch from now() - t.at) * b.rate) + 1 > b.capacity
    and not exists (select from known_addresses where key = b.unless_known))"};

// In the order of keys, so that two of these cannot deadlock.
constexpr Statement CHARGE{"throttle_charge", R"(
  insert into throttle as t (key, level, rate, at, empty_at)
  select b.key, 1, b.rate, now(), now() + make_interval(secs => 1 / b.rate)
  from jsonb_to_recordset($1::jsonb) as b (key text, rate float8) order by b.key
  on conflict (key) do update set
    level    = greatest(0, t.level - extract(epoch from now() - t.at) * excluded.rate) + 1,
    rate     = excluded.rate,
    at       = now(),
    empty_at = now() + make_interval(secs => (greatest(0, t.level - extract(epoch from now() - t.at) * excluded.rate) + 1) / excluded.rate))"};

constexpr Statement PRUNE{"throttle_prune", "delete from throttle where empty_at < now()"};

constexpr Statement BOUND{"throttle_bound", R"(
  delete from throttle where key in (select key from throttle order by empty_at desc offset $1))"};

/// For jsonb_to_recordset.
std::string rows_of(const std::vector<Charge>& charges) {
  auto rows = nlohmann::json::array();
  for (const auto& [key, budget, unless_known] : charges)
    rows.push_back({{"key", key},
                    {"capacity", budget.capacity},
                    {"rate", budget.per_second},
                    {"unless_known", unless_known}});
  return rows.dump();
}

void require_none(int seconds) {
  if (seconds > 0) throw RateLimited(seconds);
}

}  // namespace

void ThrottleStore::require(const std::vector<Charge>& charges, kit::Deadline deadline) {
  require_none(
      database_.read<int>("throttle_wait", deadline, [&](Transaction& tx) { return wait_s(tx, charges); }));
}

void ThrottleStore::record(const std::vector<Charge>& charges, kit::Deadline deadline) {
  database_.transact("throttle_charge", deadline, [&](Transaction& tx) { charge(tx, charges); });
}

void ThrottleStore::spend(const std::vector<Charge>& charges, kit::Deadline deadline) {
  database_.transact("throttle_spend", deadline, [&](Transaction& tx) { spend(tx, charges); });
}

void ThrottleStore::refuse_mail_token(const CallContext& context) {
  record(throttle::wrong_token(context.client_address), context.deadline);
  throw InvalidMailToken();
}

int ThrottleStore::wait_s(Transaction& tx, const std::vector<Charge>& charges) {
  return static_cast<int>(tx.exec(WAIT, rows_of(charges))[0][0].as<double>());
}

void ThrottleStore::charge(Transaction& tx, const std::vector<Charge>& charges) {
  tx.exec(CHARGE, rows_of(charges));
}

void ThrottleStore::spend(Transaction& tx, const std::vector<Charge>& charges) {
  require_none(wait_s(tx, charges));
  charge(tx, charges);
}

void ThrottleStore::prune(kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    tx.exec(PRUNE);
    tx.exec(BOUND, ROWS);
  };
  database_.transact("throttle_prune", deadline, work, true);
}

}  // namespace user
