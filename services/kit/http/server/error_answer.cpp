#include "services/kit/http/server/error_answer.hpp"

#include "services/kit/log/log.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace kit::http {
namespace {

std::string type_name(const std::type_info* type) {
  if (!type) return "unknown";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), &std::free);
  return name ? name.get() : type->name();
}

Problem internal_error() { return Problem(500, "Internal error", "This has been logged; try again later."); }

/// What is known of an exception, for the log.
std::pair<std::string, std::string> describe(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return {type_name(&typeid(error)), error.what()};
  } catch (...) {
    return {type_name(abi::__cxa_current_exception_type()), ""};
  }
}

std::optional<Problem> mapped(const std::exception_ptr& thrown, const ErrorMapper& map) {
  if (!map) return std::nullopt;
  try {
    return map(thrown);
  } catch (...) {
    return std::nullopt;  // a mapper that throws maps nothing
  }
}

}  // namespace

Response error_answer(std::exception_ptr thrown, const ErrorMapper& map) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Problem& problem) {
    if (problem.status() >= 500)
      log::warn("request failed",
                {{"status", problem.status()}, {"problem", problem.title()}, {"detail", problem.detail()}});
    return Response::problem(problem);
  } catch (...) {
    const auto [type, what] = describe(thrown);
    if (const auto problem = mapped(thrown, map)) {
      if (problem->status() >= 500)
        log::warn("request failed", {{"status", problem->status()},
                                     {"problem", problem->title()},
                                     {"exception", type},
                                     {"what", what}});
      return Response::problem(*problem);
    }
    log::error("handler threw", {{"exception", type}, {"what", what}});
    return Response::problem(internal_error());
  }
}

}  // namespace kit::http
