#include "services/order/payments/sandbox.hpp"

#include <algorithm>
#include <array>

namespace order::payments {
namespace {

using kit::db::Statement;

constexpr std::array<std::string_view, 5> CARDS{"card_ok", "card_declined", "card_review", "card_timeout",
                                                "card_flaky"};
constexpr int FLAKY_CALLS = 2;

constexpr Statement ASKED{"sandbox_asked", R"(
  insert into sandbox_requests as r (key, operation) values ($1, $2)
  on conflict (key) do update set calls = r.calls + 1
  returning calls, answer)"};

constexpr Statement ANSWERED{"sandbox_answered", "update sandbox_requests set answer = $2 where key = $1"};

constexpr Statement OPEN{"sandbox_open", R"(
  insert into sandbox_payments (id, order_id, method, currency, amount_minor, state)
  values ('sbx_' || replace($1, '-', ''), $2, $3, $4, $5, 'open')
  returning id)"};

constexpr Statement LOCK{"sandbox_lock", R"(
  select state, review_until <= now() as reviewed from sandbox_payments where id = $1 for update)"};

// One statement writes state and book, so that they cannot differ.
constexpr Statement MOVE{"sandbox_move", R"(
  with moved as (update sandbox_payments set state = $2 where id = $1 returning id, amount_minor)
  insert into sandbox_book (payment_id, kind, amount_minor, key) select id, $2, amount_minor, $3 from moved)"};

constexpr Statement SET{"sandbox_set", R"(
  update sandbox_payments
  set state = $2, review_until = case when $2 = 'review' then now() + $3::bigint * interval '1 millisecond' end
  where id = $1)"};

constexpr Statement REFUND{"sandbox_refund", R"(
  insert into sandbox_book (payment_id, kind, amount_minor, key)
  select $1, 'refunded', $2::bigint, $3
  where $2::bigint <= (select coalesce(sum(case kind when 'captured' then amount_minor when 'refunded' then -amount_minor
                                           else 0 end), 0) from sandbox_book where payment_id = $1)
  returning id)"};

Status parse(const std::string& text) {
  for (const auto status :
       {Status::Open, Status::Review, Status::Authorised, Status::Captured, Status::Declined, Status::Voided})
    if (to_string(status) == text) return status;
  throw Unavailable("the sandbox answered " + text);
}

kit::db::DatabaseOptions options_of(const std::string& url) {
  kit::db::DatabaseOptions options;
  options.url = url;
  options.pool = 3;
  return options;
}

/// The status of the locked payment; one whose review is over is authorised.
std::string lock(kit::db::Transaction& tx, const Charge& charge) {
  const auto rows = tx.exec(LOCK, charge.reference);
  if (rows.empty()) throw Unavailable("the sandbox has no payment " + charge.reference);
  auto state = rows[0]["state"].as<std::string>();
  if (state != "review" || !rows[0]["reviewed"].as<bool>()) return state;
  tx.exec(MOVE, charge.reference, std::string("authorised"), charge.key + "-review");
  return "authorised";
}

/// The payment's state after the action; the same where that is not allowed.
std::string state_after(Action action, const std::string& state, const std::string& method) {
  if (action == Action::Authorise && state == "open") {
    if (method == "card_review") return "review";
    return method == "card_declined" ? "declined" : "authorised";
  }
  if (action == Action::Capture && state == "authorised") return "captured";
  if (action == Action::Cancel && (state == "authorised" || state == "open" || state == "declined"))
    return "voided";
  return state;
}

}  // namespace

Sandbox::Sandbox(const std::string& database_url, std::chrono::milliseconds review)
    : database_(options_of(database_url), metrics_), review_(review) {}

std::string Sandbox::complaint(const std::string& method) const {
  return std::find(CARDS.begin(), CARDS.end(), method) == CARDS.end() ? "is not a card of the sandbox" : "";
}

std::string Sandbox::once(const std::string& key, const std::string& operation, const Charge& charge,
                          kit::Deadline deadline, const std::function<std::string(Transaction&)>& work) try {
  int calls = 0;
  auto answer = database_.transact<std::string>(
      "sandbox", deadline,
      [&](Transaction& tx) {
        const auto row = tx.exec(ASKED, key, operation)[0];
        calls = row["calls"].as<int>();
        if (!row["answer"].is_null()) return row["answer"].as<std::string>();
        if (charge.method == "card_flaky" && calls <= FLAKY_CALLS) return std::string();
        auto done = work(tx);
        if (!done.empty()) tx.exec(ANSWERED, key, done);
        return done;
      },
      true);
  if (charge.method == "card_flaky" && calls <= FLAKY_CALLS) throw Unavailable("the sandbox failed");
  if (charge.method == "card_timeout" && calls == 1) throw Unavailable("the sandbox did not answer in time");
  return answer;
} catch (const kit::db::Unavailable& e) {
  throw Unavailable(std::string("the sandbox is unavailable: ") + e.what());
}

Reference Sandbox::open(const Charge& charge, kit::Deadline deadline) {
  return once(charge.key + "-open", "open", charge, deadline, [&](Transaction& tx) {
    return tx
        .exec(OPEN, charge.key, charge.order.value, charge.method,
              std::string(charge.amount.currency().code()), charge.amount.minor())[0]["id"]
        .as<std::string>();
  });
}

Status Sandbox::perform(Action action, const Charge& charge, kit::Deadline deadline) {
  const std::string operation(to_string(action));
  const auto key = charge.key + "-" + operation;
  std::string state;
  const auto answer = once(key, operation, charge, deadline, [&](Transaction& tx) {
    state = lock(tx, charge);
    if (const auto next = state_after(action, state, charge.method); next != state) {
      if (state == "authorised" || next == "authorised")
        tx.exec(MOVE, charge.reference, next, key);
      else
        tx.exec(SET, charge.reference, next, review_.count());
      state = next;
    }
    return action == Action::Cancel ? "" : state;  // in review it can be asked again later
  });
  return parse(answer.empty() ? state : answer);
}

Status Sandbox::status(const Charge& charge, kit::Deadline deadline) try {
  return parse(database_.transact<std::string>(
      "sandbox_look", deadline, [&](Transaction& tx) { return lock(tx, charge); }, true));
} catch (const kit::db::Unavailable& e) {
  throw Unavailable(std::string("the sandbox is unavailable: ") + e.what());
}

Reference Sandbox::refund(const Charge& charge, std::int64_t id, kit::Money amount, kit::Deadline deadline) {
  const auto key = charge.key + "-refund-" + std::to_string(id);
  auto answer = once(key, "refund", charge, deadline, [&](Transaction& tx) -> std::string {
    lock(tx, charge);
    const auto rows = tx.exec(REFUND, charge.reference, amount.minor(), key);
    return rows.empty() ? "refused" : "sbr_" + rows[0]["id"].as<std::string>();
  });
  if (answer == "refused") return Refused{"amount_too_large"};
  return answer;
}

}  // namespace order::payments
