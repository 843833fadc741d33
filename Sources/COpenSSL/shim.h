#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <sys/prctl.h>

// prctl is variadic. A process that holds keys is not dumpable: no core, and no other process of its user looks inside.
static inline int keyvigil_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// EVP_CIPHER_CTX_ctrl takes its argument as `void *`, and the GCM names are macros with casts that Swift cannot import.
static inline int keyvigil_gcm_set_tag(EVP_CIPHER_CTX *context, const unsigned char *tag, int length) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, length, (void *)tag);
}

static inline int keyvigil_gcm_get_tag(EVP_CIPHER_CTX *context, unsigned char *tag, int length) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, length, tag);
}

// OPENSSL_secure_malloc and _free are macros that add the caller's file and line.
static inline void *keyvigil_secure_malloc(size_t length) { return OPENSSL_secure_malloc(length); }

static inline void keyvigil_secure_clear_free(void *pointer, size_t length) {
    OPENSSL_secure_clear_free(pointer, length);
}
