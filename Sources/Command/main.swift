print("keyvigil")
