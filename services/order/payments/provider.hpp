#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"
#include "services/kit/time/deadline.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace order::payments {

/// What a payment is, to whoever moves the money.
struct Charge {
  kit::OrderId order;
  std::string key;  ///< what the idempotency keys of its requests begin with
  std::string method;
  kit::Money amount;
  std::string reference;  ///< the provider's name of it, since it was opened
};

/// How a payment stands at the provider, as the provider says.
enum class Status {
  Open,        ///< nothing is held
  Review,      ///< it will say later
  Authorised,  ///< held
  Captured,    ///< taken
  Declined,    ///< refused for good
  Voided,      ///< given up: nothing is held, and nothing ever will be
};
std::string_view to_string(Status status);

/// The provider refused for good; `code` is its word for why.
struct Refused {
  std::string code;
};

/// No answer, or none that says anything: what was asked may have happened or not.
class Away : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A payment provider. Whatever is asked may be asked again: the same request with the same key is done once.
/// No money moves before `authorise`; a payment that was voided can never be authorised, so that nothing that
/// is still on its way can take money for an order that was given up. Thread-safe. Throws Away.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string name() const = 0;

  /// What is wrong with the method that a client named ("is not …"), or "".
  virtual std::string complaint(const std::string& method) const = 0;
  /// The method meant when none is named; empty: one must be.
  virtual std::string default_method() const = 0;

  /// Makes the payment known; its reference.
  virtual std::variant<std::string, Refused> open(const Charge& charge, kit::Deadline deadline) = 0;
  virtual Status authorise(const Charge& charge, kit::Deadline deadline) = 0;
  virtual Status capture(const Charge& charge, kit::Deadline deadline) = 0;
  /// Voided; or how it stands where that cannot be (any more, or yet).
  virtual Status cancel(const Charge& charge, kit::Deadline deadline) = 0;
  virtual Status look(const Charge& charge, kit::Deadline deadline) = 0;
  /// The refund's reference. `id` is ours, the same for repeats.
  virtual std::variant<std::string, Refused> refund(const Charge& charge, std::int64_t id, kit::Money amount,
                                                    kit::Deadline deadline) = 0;
};

}  // namespace order::payments
