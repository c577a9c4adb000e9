#include "services/user/errors/problems.hpp"

#include "services/kit/http/message/page.hpp"
#include "services/user/errors/errors.hpp"

namespace user {

namespace problem = kit::problem;

std::optional<kit::Problem> problem_of(std::exception_ptr error) try {
  std::rethrow_exception(std::move(error));
} catch (const AccountGone&) {
  return problem::unauthorized("The account is gone.");
} catch (const UserNotFound&) {
  return problem::not_found("User not found");
} catch (const EmailTaken&) {
  return problem::conflict("E-mail address already registered");
} catch (const GuestHasNoPassword&) {
  return problem::conflict("Guests have no password", "Ask the shop.");
} catch (const GuestHasNoRole&) {
  return problem::conflict("Guests have no role", "Only an account can have one.");
} catch (const LastAdmin&) {
  return problem::conflict("Last admin", "Make somebody else an admin first.");
} catch (const OwnAccount&) {
  return problem::conflict("Your own account", "DELETE /api/customers/me, with the password.");
} catch (const WrongCredentials&) {
  return problem::unauthorized("E-mail address or password is wrong.");
} catch (const InvalidRefreshToken&) {
  return problem::unauthorized("The refresh token is not valid.");
} catch (const InvalidMailToken&) {
  return problem::invalid("token", "is not valid, or no longer");
} catch (const InvalidRevocationCursor&) {
  return kit::http::bad_query("?since", "must be one that an earlier answer gave");
} catch (const WrongPassword& e) {
  return problem::invalid(e.field, "is not the present one");
} catch (const WeakPassword& e) {
  return problem::invalid("password", e.reason);
} catch (const RateLimited& e) {
  return kit::Problem(429, "Too many tries", "Try again later.")
      .header("Retry-After", std::to_string(e.retry_after_s));
} catch (const AvatarNotFound&) {
  return problem::not_found("Avatar not found");
} catch (const ProductNotFound&) {
  return problem::not_found("Product not found");
} catch (const CatalogUnavailable&) {
  return problem::unavailable("The catalog");
} catch (const TooManyFavorites& e) {
  return problem::conflict("Too many favorites",
                           "There may be " + std::to_string(e.limit) + " at most: remove one first.");
} catch (...) {
  return std::nullopt;
}

}  // namespace user
