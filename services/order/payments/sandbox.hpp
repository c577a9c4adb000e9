#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/payments/provider.hpp"

#include <chrono>
#include <string>

namespace order::payments {

/// A test provider with a book of its own (the tables sandbox_* of migrations/002_payments.sql) and
/// connections of its own, as if it were an external service. Its cards: `card_ok`; `card_declined`;
/// `card_review`, authorised some time later; `card_timeout`: the first call of each operation succeeds and
/// its answer is lost; `card_flaky`: the first two calls fail without effect. Reviews end by the database's
/// clock. Thread-safe.
class Sandbox final : public Provider {
 public:
  /// `review`: how long card_review stays in review.
  Sandbox(const std::string& database_url, std::chrono::milliseconds review);

  std::string complaint(const std::string& method) const override;
  std::string default_method() const override { return "card_ok"; }
  Reference open(const Charge& charge, kit::Deadline deadline) override;
  Status perform(Action action, const Charge& charge, kit::Deadline deadline) override;
  Status status(const Charge& charge, kit::Deadline deadline) override;
  Reference refund(const Charge& charge, std::int64_t id, kit::Money amount, kit::Deadline deadline) override;

 private:
  using Transaction = kit::db::Transaction;
  /// Runs `work` once for a key; retries get its answer again. An empty answer is not stored.
  std::string once(const std::string& key, const std::string& operation, const Charge& charge,
                   kit::Deadline deadline, const std::function<std::string(Transaction&)>& work);

  kit::Metrics metrics_;  // of its connections; not exposed
  kit::db::Database database_;
  const std::chrono::milliseconds review_;
};

}  // namespace order::payments
