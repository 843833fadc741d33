// Debian keeps libpq's headers in a directory that only pkg-config or pg_config names.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

// PG_DIAG_… are character literals with a type that Swift does not import.
static inline const char *keyvigil_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

// The primary message alone: the detail of a broken constraint holds the row's values.
static inline const char *keyvigil_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}
